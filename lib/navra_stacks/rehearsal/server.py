"""moto's server with what it lacks, on a port of loopback that it prints."""

import signal

__all__ = ["main"]


def main() -> None:
    """Serve until killed."""
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import make_server

    from navra_stacks.rehearsal import gaps

    gaps.fill()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who started this
    application = DomainDispatcherApplication(create_backend_app)
    server = make_server("127.0.0.1", 0, application, threaded=True)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
