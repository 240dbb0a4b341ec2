//! An actix server whose only handler does nothing: what a request costs before any work is done. It prints its address
//! and serves until it is stopped.
#![expect(clippy::print_stdout, reason = "whoever starts it reads the address there")]

use actix_web::{App, HttpResponse, HttpServer, web};

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let server = HttpServer::new(|| App::new().route("/", web::get().to(HttpResponse::Ok))).bind(("127.0.0.1", 0))?;
    for address in server.addrs() {
        println!("http://{address}/");
    }
    server.run().await
}
