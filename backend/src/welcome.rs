//! What `make run` prints once the program is ready: what to do next.

use crate::config::Config;

/// Prints it.
#[expect(clippy::print_stdout, reason = "whoever tries the program reads it there")]
pub fn print(config: &Config) {
    println!("{}", text(config));
}

fn text(config: &Config) -> String {
    let portal = config.portal.base();
    let gateway = config.gateway.listen;
    let clerk = config
        .organisation
        .sender_domains
        .first()
        .map_or_else(|| "clerk@example.gov".to_owned(), |pattern| format!("clerk@{}", pattern.domain()));
    format!(
        "
Octothorpe is ready.

1. Send a first sealed mail: paste this into another terminal.

   swaks --server {gateway} --from {clerk} --to pat@example.org \\
         --h-From 'Clara Clerk <{clerk}>' --header 'Subject: # Visit on Friday' \\
         --body 'The visit is at three in the afternoon.'

2. Open the mail that came of it: {portal}/dev/mailbox
   Press \"Open Message\", register, and follow the link in the second mail there.

3. Answer the message, and find the answer in the same mailbox.

The portal: {portal}    The API: {portal}/api/docs    Stop with Ctrl-C.
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_to_paste_marks_its_subject_and_comes_from_a_sender() {
        let config =
            Config::parse("mail.transport = 'capture'\norganisation.sender_domains = ['*.state.ca.us']").unwrap();
        let text = text(&config);
        assert!(text.contains("'Subject: # ") && text.contains("@state.ca.us") && text.contains("/dev/mailbox"));
    }
}
