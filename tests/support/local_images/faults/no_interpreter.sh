# A script without a first line that names its interpreter.
exec httpd -f -p 8080 -h /srv/www
