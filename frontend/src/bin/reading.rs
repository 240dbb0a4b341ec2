//! The pages of those who read.

fn main() {
    octothorpe_frontend::read();
}
