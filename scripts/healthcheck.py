"""Ask the web server in this container whether it is ready. Standard library only, for a quick answer."""

import os
import sys
import urllib.error
import urllib.request
from urllib.parse import urlsplit


def main() -> int:
    path = sys.argv[1] if len(sys.argv) > 1 else "/healthz"
    port = os.environ.get("HEALTH_PORT", "8000")
    # Under the name that people type: the server answers to no other.
    host = urlsplit(os.environ.get("SITE_URL") or "http://localhost:8000").netloc
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=4) as answer:
            print(answer.read().decode().strip())
            return 0
    except urllib.error.HTTPError as error:
        print(error.read().decode(errors="replace").strip()[:500])
    except OSError as error:
        print(error)
    return 1


if __name__ == "__main__":
    sys.exit(main())
