#!/usr/bin/env bash
# Runs a PostgreSQL of its own for tests, from what the machine has or, where it has
# none, Debian's packages. Never for a firm's data: it lets every local user in.
#
# Usage: scripts/postgres.sh start DIR    makes what is missing, prints the DSN
#        scripts/postgres.sh stop DIR     stops it, by process id
#        scripts/postgres.sh status DIR   prints the DSN, or fails if it does not run
#        scripts/postgres.sh remove DIR   stops it and removes what it has made
#
# DIR gets data/, run/ (the socket), log and port. The port is kept for the next start.
set -euo pipefail
umask 022

oldest=15 # the oldest version that the record is tested with

say() { echo "postgres: $*" >&2; }
die() {
	say "$1"
	shift
	for line in "$@"; do echo "  $line" >&2; done
	exit 1
}
usage() {
	sed -n '2,10s/^# \{0,1\}//p' "$0" >&2
	exit 2
}

[[ $# -eq 2 && -n $2 ]] || usage
command=$1
dir=$2

# --- who runs it ---

# PostgreSQL refuses to run as root, so root hands it to a user without rights.
user=
server_user() {
	[[ $EUID -eq 0 ]] || return 0
	local u
	for u in postgres nobody; do
		if id -u "$u" >/dev/null 2>&1; then
			user=$u
			return
		fi
	done
	useradd --system --no-create-home --shell /usr/sbin/nologin postgres >&2 ||
		die "root must not run PostgreSQL, and no other user can be made" "make a user named postgres, or run this as another user"
	user=postgres
}

# as_server runs a command as the server's user, from a folder that it can enter.
as_server() {
	if [[ -z $user ]]; then
		(cd / && exec "$@")
	elif command -v setpriv >/dev/null; then
		(cd / && exec setpriv --reuid="$(id -u "$user")" --regid="$(id -g "$user")" --clear-groups -- "$@")
	else
		(cd / && exec runuser -u "$user" -- "$@")
	fi
}

# --- where it lives ---

home=
find_home() {
	mkdir -p "$dir"
	dir=$(cd "$dir" && pwd -P)
	home=$dir
	as_server test -x "$dir" && return
	local base=${TMPDIR:-/tmp} hash
	as_server test -x "$base" || base=/tmp
	hash=$(printf %s "$dir" | cksum | tr -dc 0-9)
	home=$base/clientele-postgres-$hash
	mkdir -p "$home"
	# Another user could have put a folder or a link there to get at what is written.
	[[ -O $home && ! -L $home ]] || die "$home belongs to somebody else" "remove it, or set TMPDIR to a folder of your own"
	say "user $user cannot enter $dir, so the data is kept in $home"
}

# pid is that of the running server, or empty. The file alone proves nothing: after a
# crash another process may have its number.
pid() {
	local p=
	[[ -f $home/data/postmaster.pid ]] && read -r p <"$home/data/postmaster.pid" || true
	[[ $p =~ ^[0-9]+$ ]] && ours "$p" && echo "$p" || true
}

# ours tells a server on this data from another process, and from a dead one that
# nobody has waited for.
ours() {
	kill -0 "$1" 2>/dev/null || return 1
	if [[ -d /proc/self ]]; then
		[[ $(readlink "/proc/$1/cwd" 2>/dev/null) == "$home/data" ]]
	else
		[[ $(ps -o command= -p "$1") == *postgres* ]]
	fi
}

dsn() { echo "postgres://clientele@127.0.0.1:$1/clientele?sslmode=disable"; }

# --- which programs ---

bin=
major() { "$1/postgres" --version 2>/dev/null | sed -E 's/[^0-9]*([0-9]+).*/\1/'; }

# usable takes a folder of programs if it is complete, new enough, of the version that
# made the data, and open to the server's user.
usable() {
	local d=$1 wanted=$2 m
	[[ -x $d/postgres && -x $d/initdb && -x $d/pg_ctl ]] || return 1
	as_server test -x "$d/postgres" || return 1
	m=$(major "$d")
	[[ $m =~ ^[0-9]+$ && $m -ge $oldest ]] || return 1
	[[ -z $wanted || $m == "$wanted" ]]
}

cache=${CLIENTELE_CACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/clientele}/postgres

find_bin() {
	local wanted= d
	[[ -f $home/data/PG_VERSION ]] && wanted=$(cat "$home/data/PG_VERSION")
	local -a found=()
	d=$(command -v postgres || true)
	if [[ -n $d ]]; then
		d=$(readlink -f "$d" 2>/dev/null || echo "$d")
		found+=("${d%/*}")
	fi
	while read -r d; do found+=("$d"); done < <(ls -d /usr/lib/postgresql/*/bin "$cache"/*/usr/lib/postgresql/*/bin 2>/dev/null | sort -Vr)
	found+=(/usr/local/bin /usr/local/pgsql/bin /opt/homebrew/bin)
	for d in "${found[@]}"; do
		if usable "$d" "$wanted"; then
			bin=$d
			libraries
			return
		fi
	done
	[[ -z $wanted ]] || ! has_other "${found[@]}" ||
		die "the data in $home was made by PostgreSQL $wanted, which is not here" "install postgresql-$wanted, or remove $home to begin anew"
	return 1
}

has_other() {
	local d
	for d in "$@"; do usable "$d" "" && return; done
	return 1
}

# libraries lets programs that were unpacked, not installed, find what came with them.
libraries() {
	[[ $bin == "$cache"/* ]] || return 0
	local root=${bin%/usr/lib/postgresql/*} d paths=
	for d in "$root"/usr/lib/*-linux-*; do [[ -d $d ]] && paths+=$d:; done
	export LD_LIBRARY_PATH=$paths${LD_LIBRARY_PATH:-}
}

remedy=("install PostgreSQL $oldest or later (Debian: apt-get install postgresql; macOS: brew install postgresql)"
	"and see that its programs are in the PATH")

# get_bin fetches Debian's packages.
get_bin() {
	command -v apt-get >/dev/null || die "no PostgreSQL $oldest or later is here" "${remedy[@]}"
	local package
	package=$(newest_package)
	if [[ -z $package && $EUID -eq 0 ]]; then
		apt-get update >&2 || true
		package=$(newest_package)
	fi
	[[ -n $package ]] || die "no PostgreSQL $oldest or later is here, and Debian's lists have none" "run apt-get update" "${remedy[@]}"
	if [[ $EUID -eq 0 ]]; then install_package "$package"; else unpack_package "$package"; fi
	find_bin || die "PostgreSQL was fetched and still cannot be run" "${remedy[@]}"
}

newest_package() {
	apt-cache search --names-only '^postgresql-[0-9]+$' 2>/dev/null | awk '{print $1}' |
		awk -F- -v o="$oldest" '$2 >= o' | sort -t- -k2 -n | tail -1
}

install_package() {
	say "installing $1"
	# The package would make and start a server of its own.
	local conf=/etc/postgresql-common/createcluster.conf
	if [[ ! -e $conf ]]; then
		mkdir -p "${conf%/*}"
		echo 'create_main_cluster = false' >"$conf"
	fi
	local -a get=(env DEBIAN_FRONTEND=noninteractive apt-get -y -o Dpkg::Options::=--force-confold install --no-install-recommends "$1")
	"${get[@]}" >&2 || { apt-get update >&2 && "${get[@]}" >&2; } ||
		die "$1 could not be installed" "${remedy[@]}"
	server_user # the package may have made the user postgres
}

unpack_package() {
	local package=$1 root=$cache/$1 work
	say "unpacking $package into $root"
	mkdir -p "$cache"
	work=$(mktemp -d "$cache/get.XXXXXX")
	# What an installation would bring, since nothing can be installed.
	local -a all
	mapfile -t all < <({
		printf '%s\n' "$package" "postgresql-client-${package#postgresql-}" libpq5
		apt-get -s install --no-install-recommends "$package" 2>/dev/null | awk '/^Inst /{print $2}'
	} | sort -u)
	(cd "$work" && apt-get download "${all[@]}" >&2) || {
		rm -rf "$work"
		die "$package could not be downloaded" "${remedy[@]}"
	}
	local deb
	for deb in "$work"/*.deb; do dpkg -x "$deb" "$work/root"; done
	rm -rf "$root"
	mv "$work/root" "$root"
	rm -rf "$work"
}

# --- start and stop ---

free_port() {
	local p
	for _ in {1..200}; do
		p=$((20000 + RANDOM % 12000)) # below what systems hand out by themselves
		if ! (exec 3<>"/dev/tcp/127.0.0.1/$p") 2>/dev/null; then
			echo "$p"
			return
		fi
	done
	die "no free port was found on 127.0.0.1"
}

# make_data makes the data under another name first, so that a start that was cut off
# leaves nothing half made.
make_data() {
	[[ -d $home/data ]] && return
	local new=$home/data.new
	rm -rf "$new"
	mkdir -m 700 "$new"
	[[ -z $user ]] || chown "$user" "$new"
	as_server "$bin/initdb" -D "$new" -U clientele -A trust -E UTF8 --locale=C --no-instructions >"$home/initdb.log" 2>&1 || {
		cat "$home/initdb.log" >&2
		die "the data folder could not be made in $home" "see the lines above"
	}
	cat >>"$new/postgresql.conf" <<-'END'
		# of scripts/postgres.sh
		fsync = on
		synchronous_commit = on
		shared_buffers = 64MB
		max_connections = 200
		jit = off
		log_line_prefix = '%m [%p] '
	END
	echo 'CREATE DATABASE clientele' |
		as_server "$bin/postgres" --single -D "$new" -c log_min_messages=fatal postgres >>"$home/initdb.log" 2>&1 ||
		die "the database clientele could not be made" "see $home/initdb.log"
	mv "$new" "$home/data"
}

ready() { as_server "$bin/pg_ctl" status -D "$home/data" >/dev/null 2>&1 && (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# launch starts the server on a port and waits until it takes connections.
launch() {
	local port=$1 sockets=$home/run
	# A path of a socket has at most 107 bytes; TCP is enough.
	[[ ${#sockets} -le 85 ]] || sockets=
	as_server "$bin/pg_ctl" start -D "$home/data" -l "$home/log" -w -t 120 \
		-o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='$sockets'" \
		</dev/null >"$home/start.log" 2>&1 9>&- && ready "$port"
}

start() {
	local port= running
	[[ -f $home/port ]] && port=$(cat "$home/port")
	running=$(pid)
	if [[ -n $running && -n $port ]] && (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
		dsn "$port"
		return
	fi
	find_bin || get_bin
	make_data
	mkdir -p "$home/run"
	touch "$home/log"
	[[ -z $user ]] || chown "$user" "$home/run" "$home/log"
	local try
	for try in {1..20}; do
		if [[ -z $port ]] || (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
			[[ -z $port ]] || say "port $port is taken by another program"
			port=$(free_port)
		fi
		if launch "$port"; then
			echo "$port" >"$home/port"
			dsn "$port"
			return
		fi
		# After a crash the old server's children need a moment to go.
		grep -q 'shared memory\|lock file\|could not bind\|in use' <(tail -n 20 "$home/log") || break
		grep -q 'could not bind' <(tail -n 20 "$home/log") && port=
		sleep 0.5
	done
	tail -n 20 "$home/start.log" "$home/log" >&2
	die "the server does not start (tried $try times)" "the lines above are the end of $home/log"
}

stop() {
	local p signal
	p=$(pid)
	if [[ -z $p ]]; then
		say "it does not run"
		return
	fi
	for signal in INT QUIT KILL; do # disconnect and finish; drop everything; die
		kill -"$signal" "$p" 2>/dev/null || true
		for _ in {1..300}; do
			ours "$p" || return 0
			sleep 0.1
		done
		say "process $p does not end at $signal"
	done
	die "process $p cannot be ended"
}

server_user
find_home
if command -v flock >/dev/null; then # two starts at once make one server
	exec 9>"$home/lock"
	flock 9
fi
case $command in
start) start ;;
stop) stop ;;
remove)
	stop
	(cd "$home" && rm -rf data data.new run log port lock initdb.log start.log)
	rmdir "$home" 2>/dev/null || true # others may have files in it
	;;
status)
	p=$(pid)
	[[ -n $p && -f $home/port ]] || die "it does not run in $dir"
	say "process $p, data in $home/data"
	dsn "$(cat "$home/port")"
	;;
*) usage ;;
esac
