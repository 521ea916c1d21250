# SPDX-License-Identifier: GPL-3.0-or-later
#
# Varnish 7 in front of the web server that asks Octavo (Varnish speaks no FastCGI). Debian: write
# your backend and your own addresses into it, copy it to /etc/varnish/default.vcl, and add to
# varnishd's options (systemctl edit varnish):
#   -p http_gzip_support=off
# Octavo compresses, better than gzip, and its ETags say how; Varnish need only keep the forms apart.
#
# A page lives for as long as Octavo says: at most 60 seconds, less before a post appears or expires,
# and Varnish tells browsers by Age how much of that is over. So nothing has to be purged. Who does
# not want to wait for the minute:
#   all pages     varnishadm "ban obj.http.X-Page == 1"
#   one address   curl -X PURGE http://127.0.0.1:6081/posts/first/     (all its forms)
# After a new, changed or deleted post, that is: its page and its /md/, the lists (/, /blog/, tags,
# years), the feeds, the sitemap, its card: so ban all pages, which costs one conditional request
# each. Images are named by their authors: purge an image whose bytes were changed. The style sheet,
# the script and fonts are named by their bytes and never need it.
vcl 4.1;

import std;

backend default {
    .host = "127.0.0.1";
    .port = "8080";
    .connect_timeout = 1s;
    .first_byte_timeout = 20s;
    .probe = {
        .url = "/robots.txt";
        .interval = 1s;
        .timeout = 1s;
        .window = 3;
        .threshold = 2;
        .initial = 2;
    }
}

acl purgers {
    "127.0.0.1";
    "::1";
}

sub vcl_recv {
    if (req.method == "PURGE") {
        if (client.ip !~ purgers) {
            return (synth(405, "Not allowed"));
        }
        return (purge);
    }
    # Before Varnish looks for what it has: Octavo reads neither, and answers the same to all.
    unset req.http.Cookie;
    unset req.http.Authorization;
    unset req.http.Proxy;
    if (req.method != "GET" && req.method != "HEAD") {
        return (pass);
    }

    # The forms of a page: Markdown for who asks for it by name, HTML for all others; br, gzip or
    # plain. (Who names them with q-values is asked again of Octavo.)
    if (req.http.Accept ~ "(?i)text/markdown") {
        return (pass);
    }
    unset req.http.Accept;
    if (req.http.Accept-Encoding ~ ";") {
        return (pass);
    } elseif (req.http.Accept-Encoding ~ "(?i)(^|[ ,])br([ ,]|$)") {
        set req.http.Accept-Encoding = "br";
    } elseif (req.http.Accept-Encoding ~ "(?i)(^|[ ,])gzip([ ,]|$)") {
        set req.http.Accept-Encoding = "gzip";
    } else {
        unset req.http.Accept-Encoding;
    }

    # Searches are many and seldom asked twice; a PDF is sent from a disk anyway.
    if (req.url ~ "^/search/" || req.url ~ "^/posts/[^/?]+/pdf/") {
        return (pass);
    }

    # While the backend is well, nobody gets what is over its time, but for the second that the
    # first reader needs to fetch the new one. While it is not, what there is stands in for a day.
    if (std.healthy(req.backend_hint)) {
        set req.grace = 1s;
    }
    return (hash);
}

sub vcl_backend_response {
    if (beresp.status == 200 && bereq.url !~ "^/(static|content)/") {
        set beresp.http.X-Page = "1";  # for bans
    }
    if (beresp.status == 200) {
        set beresp.grace = 24h;
        set beresp.keep = 24h;  # what was kept is asked for by its ETag
    } elseif (beresp.status >= 500) {
        # A page that was good yesterday is better than this.
        if (bereq.is_bgfetch) {
            return (abandon);
        }
        set beresp.uncacheable = true;
        set beresp.ttl = 0s;
        return (deliver);
    } else {
        # 404 and 301: a flood of odd addresses must not push the pages out.
        set beresp.ttl = 1s;
        set beresp.grace = 0s;
    }
    # Within a second of a change of what is visible Octavo says max-age=0.
    if (beresp.ttl <= 0s) {
        set beresp.uncacheable = true;
        set beresp.ttl = 1s;
    }
    return (deliver);
}

sub vcl_deliver {
    unset resp.http.X-Page;
    unset resp.http.X-Varnish;
    unset resp.http.Via;
}
