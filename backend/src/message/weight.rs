//! How much work it is to make a tree of HTML. The parser of the standard is quadratic on hostile input: it looks
//! through all open elements at each tag, opens again at each block what was left open, and compares each attribute with
//! all before. So HTML is weighed first, in pieces, by the same parser building nothing, and what is too heavy is never
//! made into a tree.

use std::{borrow::Cow, cell::Cell, rc::Rc};

use html5ever::{
    Attribute, QualName,
    buffer_queue::BufferQueue,
    interface::{
        TokenizerResult,
        tree_builder::{ElementFlags, NodeOrText, QuirksMode, TreeSink},
    },
    local_name, ns,
    tendril::StrTendril,
    tokenizer::{Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts},
    tree_builder::{TreeBuilder, TreeBuilderOpts, create_element},
};

/// HTML of more octets is no letter.
const MOST_OCTETS: usize = 16 * 1024 * 1024;
/// Octets that are read before the weight is looked at again.
const PIECE: usize = 4 * 1024;
/// Elements of the largest tree.
const MOST_ELEMENTS: u64 = 500_000;
/// Steps for the largest HTML: at each tag one for each element around it, and so many for each attribute again.
const MOST_STEPS: u64 = 200_000_000;
/// Blanks, slashes and quote marks in one tag: each could begin an attribute.
const MOST_EDGES: usize = 50_000;

/// Whether the work stays in proportion to the length.
pub fn is_bearable(html: &str) -> bool {
    let length = html.len() as u64;
    let most_elements = (1_000 + length / 2).min(MOST_ELEMENTS);
    let most_steps = (1_000_000 + length * 50).min(MOST_STEPS);
    if html.len() > MOST_OCTETS {
        return false;
    }
    let scale = Scale::default();
    let body = create_element(&scale, QualName::new(None, ns!(html), local_name!("div")), Vec::new());
    let builder = TreeBuilder::new_for_fragment(scale, body, None, TreeBuilderOpts::default());
    let tokenizer = Tokenizer::new(Counted { builder, tokens: Cell::new(0) }, TokenizerOpts::default());
    let (input, mut rest, mut edges) = (BufferQueue::default(), html, 0);
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.floor_char_boundary(PIECE));
        let before = tokenizer.sink.tokens.get();
        input.push_back(StrTendril::from_slice(piece));
        while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
        // No token: the piece lies within one tag.
        edges = if tokenizer.sink.tokens.get() == before { edges } else { 0 };
        edges += piece.bytes().filter(|byte| byte.is_ascii_whitespace() || b"/\"'".contains(byte)).count();
        let scale = &tokenizer.sink.builder.sink;
        if scale.elements.get() > most_elements || scale.steps.get() > most_steps || edges > MOST_EDGES {
            return false;
        }
        rest = after;
    }
    true
}

/// An element, or what stands for one: its name, and how many are around it.
struct Node {
    name: QualName,
    depth: Cell<u64>,
}

/// A tree that is not built, only weighed.
#[derive(Default)]
struct Scale {
    elements: Cell<u64>,
    steps: Cell<u64>,
    /// Of the element that came last.
    depth: Cell<u64>,
}

impl Scale {
    fn node(name: QualName) -> Rc<Node> {
        Rc::new(Node { name, depth: Cell::new(0) })
    }

    fn place(&self, around: &Node, child: &NodeOrText<Rc<Node>>) {
        if let NodeOrText::AppendNode(node) = child {
            node.depth.set(around.depth.get() + 1);
            self.depth.set(node.depth.get());
        }
    }
}

impl TreeSink for Scale {
    type Handle = Rc<Node>;
    type Output = ();
    type ElemName<'a> = html5ever::ExpandedName<'a>;

    fn finish(self) {}

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Rc<Node> {
        Self::node(QualName::new(None, ns!(), local_name!("")))
    }

    fn elem_name<'a>(&'a self, target: &'a Rc<Node>) -> html5ever::ExpandedName<'a> {
        target.name.expanded()
    }

    fn create_element(&self, name: QualName, _: Vec<Attribute>, _: ElementFlags) -> Rc<Node> {
        self.elements.set(self.elements.get() + 1);
        Self::node(name)
    }

    fn create_comment(&self, _: StrTendril) -> Rc<Node> {
        self.get_document()
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Rc<Node> {
        self.get_document()
    }

    fn append(&self, parent: &Rc<Node>, child: NodeOrText<Rc<Node>>) {
        self.place(parent, &child);
    }

    fn append_based_on_parent_node(&self, element: &Rc<Node>, _: &Rc<Node>, child: NodeOrText<Rc<Node>>) {
        self.place(element, &child);
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, target: &Rc<Node>) -> Rc<Node> {
        Rc::clone(target)
    }

    fn same_node(&self, x: &Rc<Node>, y: &Rc<Node>) -> bool {
        Rc::ptr_eq(x, y)
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &Rc<Node>, new_node: NodeOrText<Rc<Node>>) {
        self.place(sibling, &new_node);
    }

    fn add_attrs_if_missing(&self, _: &Rc<Node>, _: Vec<Attribute>) {}

    fn remove_from_parent(&self, _: &Rc<Node>) {}

    fn reparent_children(&self, _: &Rc<Node>, _: &Rc<Node>) {}
}

/// Hands tokens on to the tree builder, and charges what they cost.
struct Counted {
    builder: TreeBuilder<Rc<Node>, Scale>,
    tokens: Cell<u64>,
}

impl TokenSink for Counted {
    type Handle = Rc<Node>;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Rc<Node>> {
        if !matches!(token, Token::ParseError(_)) {
            self.tokens.set(self.tokens.get() + 1);
        }
        let attributes = match &token {
            Token::TagToken(tag) => 1 + tag.attrs.len() as u64,
            _ => 0,
        };
        let scale = &self.builder.sink;
        let before = scale.depth.get();
        let result = self.builder.process_token(token, line);
        let around = 1 + before.max(scale.depth.get());
        scale.steps.set(scale.steps.get().saturating_add(attributes.saturating_mul(around)));
        result
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_is_bearable() {
        let row = "<tr><td style=\"padding:0 4px\"><p class=MsoNormal><b><font size=2>x</font></b></td></tr>";
        let newsletter = format!("<table>{}</table>", row.repeat(3_000));
        let thread = (0..150).fold(String::from("Yes."), |inner, _| {
            format!("<div dir=\"ltr\">Well?<br><div class=\"gmail_quote\"><blockquote>{inner}</blockquote></div></div>")
        });
        let picture = format!("<p><img src=\"data:image/png;base64,{}\"></p>", "iVBORw0KGgo/".repeat(40_000));
        let unclosed = "<p>One<br>two <font color=red>three".repeat(200);
        for html in [newsletter, thread, picture, unclosed, "A text. ".repeat(100_000), String::new()] {
            assert!(is_bearable(&html), "{}", &html[..html.len().min(80)]);
        }
    }

    #[test]
    fn what_makes_the_parser_quadratic_is_not() {
        let formats = (0..2_000).map(|n| format!("<b id={n}>")).collect::<Vec<_>>().concat();
        for html in [
            "<div>".repeat(60_000),
            "<table><tr><td>".repeat(20_000),
            format!("<p>{formats}</p>{}", "<p>x".repeat(10_000)),
            format!("{}{}", "<span>".repeat(3_000), "</div>".repeat(60_000)),
            format!("<p{}>x</p>", " /".repeat(40_000)),
            "x".repeat(MOST_OCTETS + 1),
        ] {
            assert!(!is_bearable(&html), "{}", &html[..80]);
        }
    }
}
