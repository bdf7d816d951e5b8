"""What makes the pages an app: start page, manifest, icons, and the service worker."""
