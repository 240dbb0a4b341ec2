//! The pages of those who write.

fn main() {
    octothorpe_frontend::write();
}
