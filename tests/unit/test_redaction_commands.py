"""Passwords within commands: of images, pipelines, containers and lists of arguments; and what only looks alike."""

import json
import time

import pytest

from support.redacting import assert_nothing_is_left, assert_stays
from tieout.collectors.confidential import masked_facts, masked_source

# (file, text, what must be gone; several apart by a blank)
PLANTS = [
    ("Dockerfile", "ENV DB_PASSWORD=hollandia\n", "hollandia"),
    ("Dockerfile", "ENV DB_PASSWORD hollandia\n", "hollandia"),
    ("Dockerfile", "ENV A=1 \\\n    API_TOKEN=hollandia \\\n    B=2\n", "hollandia"),
    ("Dockerfile", 'ENV A=1 ADMIN_PASS="hollandia twee"\n', "hollandia twee"),
    ("Dockerfile", "ARG NPM_TOKEN=hollandia\n", "hollandia"),
    ("Dockerfile", "RUN curl -u bob:hollandia https://h/x\n", "hollandia"),
    ("Dockerfile", "RUN curl -ubob:hollandia https://h/x\n", "hollandia"),
    ("Dockerfile", "RUN curl -fsSLu 'bob:hollandia' https://h/x\n", "hollandia"),
    ("Dockerfile", "RUN curl \\\n   -u bob:hollandia \\\n https://h/x\n", "hollandia"),
    ("Dockerfile", "RUN mysql -uroot -phollandia db\n", "hollandia"),
    ("Dockerfile", "RUN mysqladmin \\\n  -u root -phollandia ping\n", "hollandia"),
    ("Dockerfile", "RUN x --password=hollandia\n", "hollandia"),
    ("Dockerfile", "RUN x --password hollandia\n", "hollandia"),
    ("Dockerfile", "RUN PGPASSWORD=hollandia psql -h db\n", "hollandia"),
    ("Dockerfile", "RUN export DB_PASSWORD=hollandia && make\n", "hollandia"),
    ("Dockerfile", 'RUN echo "machine h.example login bob password hollandia" > ~/.netrc\n', "hollandia"),
    ("Dockerfile", 'RUN printf "machine h.example\\nlogin bob\\npassword hollandia\\n" > ~/.netrc\n', "hollandia"),
    ("Dockerfile", 'RUN echo "root:hollandia" | chpasswd\n', "hollandia"),
    ("Dockerfile", "RUN echo hollandia | docker login -u bob --password-stdin r.example\n", "hollandia"),
    ("Dockerfile", "RUN git clone https://bob:hollandia@git.example/x.git\n", "hollandia"),
    ("Dockerfile", "RUN wget --user=bob --password=hollandia https://h/x\n", "hollandia"),
    ("Dockerfile", "RUN wget --http-passwd=hollandia https://h/x\n", "hollandia"),
    ("Dockerfile", "RUN useradd -m -p hollandia bob\n", "hollandia"),
    ("Dockerfile", "RUN htpasswd -bc /etc/htpasswd bob hollandia\n", "hollandia"),
    ("Dockerfile", 'CMD ["redis-server", "--requirepass", "hollandia"]\n', "hollandia"),
    ("Dockerfile", 'CMD ["serve", "--api-key", "hollandia"]\n', "hollandia"),
    ("Dockerfile", "HEALTHCHECK CMD redis-cli -a hollandia ping\n", "hollandia"),
    ("Dockerfile", 'ENTRYPOINT ["mysqladmin", "-uroot", "-phollandia", "ping"]\n', "hollandia"),
    ("Dockerfile", 'LABEL admin.password="hollandia"\n', "hollandia"),
    ("Dockerfile",
     "RUN sed -i \"s/PASSWORD/hollandia/\" f; psql -c \"CREATE USER x WITH PASSWORD 'hollandia'\"\n",
     "'hollandia'"),
    ("Dockerfile", "RUN mysql -e \"CREATE USER x IDENTIFIED BY 'hollandia'\"\n", "hollandia"),
    ("Dockerfile", "RUN pip config set global.index-url https://bob:hollandia@pypi.example/simple\n", "hollandia"),
    ("Dockerfile", "RUN npm config set //r.example/:_authToken=hollandiahollandia7\n", "hollandiahollandia7"),
    ("Dockerfile", "RUN az login --service-principal -u x -p hollandia --tenant t\n", "hollandia"),
    ("Dockerfile", "RUN <<EOF\nexport API_SECRET=hollandia\nEOF\n", "hollandia"),
    ("Dockerfile", 'RUN curl -H "X-Api-Key: hollandia" https://h\n', "hollandia"),
    ("Dockerfile", 'RUN curl -H "Authorization: Bearer hollandia" https://h\n', "hollandia"),
    ("Dockerfile", 'RUN curl -H "Authorization: Basic aG9sbGFuZA==" https://h\n', "aG9sbGFuZA=="),
    ("Dockerfile", 'RUN curl -d "user=bob&password=hollandia" https://h\n', "hollandia"),
    ("Dockerfile", "RUN curl -d '{\"user\": \"bob\", \"password\": \"hollandia\"}' https://h\n", "hollandia"),
    ("Dockerfile", "# ENV DB_PASSWORD=hollandia\n", "hollandia"),
    ("Dockerfile.prod", "ENV SECRET_KEY=hollandia\n", "hollandia"),
    ("Containerfile", "ENV SECRET_KEY=hollandia\n", "hollandia"),
    ("app.dockerfile", "ENV SECRET_KEY=hollandia\n", "hollandia"),
    ("Dockerfile", "ENV DATABASE_URL=postgresql://app:hollandia@db/x\n", "hollandia"),
    ("Dockerfile", "ENV DB_PASSWORD=${X:-hollandia}\n", "hollandia"),
    (".github/workflows/a.yml",
     "jobs:\n  a:\n    steps:\n      - run: curl -u bob:hollandia https://h/x\n",
     "hollandia"),
    (".github/workflows/a.yml",
     ("jobs:\n  a:\n    steps:\n      - run: |\n          curl -X POST \\\n            -u bob:hollandia \\\n"
      "            https://h/x\n"),
     "hollandia"),
    (".github/workflows/a.yml",
     "jobs:\n  a:\n    steps:\n      - run: |\n          mysql -uroot -phollandia db\n",
     "hollandia"),
    (".github/workflows/a.yml",
     "jobs:\n  a:\n    steps:\n      - run: |\n          x --password hollandia\n          y\n",
     "hollandia"),
    (".github/workflows/a.yml",
     ("jobs:\n  a:\n    steps:\n      - run: |\n"
      "          echo hollandia | docker login -u bob --password-stdin\n"),
     "hollandia"),
    (".github/workflows/a.yml",
     "jobs:\n  a:\n    steps:\n      - run: |\n          export DB_PASSWORD=hollandia\n",
     "hollandia"),
    (".github/workflows/a.yml",
     "jobs:\n  a:\n    steps:\n      - run: |\n          DB_PASSWORD='hollandia twee' make\n",
     "hollandia twee"),
    (".github/workflows/a.yml",
     'jobs:\n  a:\n    steps:\n      - run: |\n          export DB_PASSWORD="hollandia"\n          make x\n',
     "hollandia"),
    (".github/workflows/a.yml",
     ("jobs:\n  a:\n    steps:\n      - run: |\n          set DB_PASSWORD=hollandia\n"
      "          $env:DB_TOKEN = 'holland2'\n"),
     "hollandia holland2"),
    (".github/workflows/a.yml",
     'jobs:\n  a:\n    steps:\n      - run: echo "DB_PASSWORD=hollandia" >> $GITHUB_ENV\n',
     "hollandia"),
    (".github/workflows/a.yml",
     'jobs:\n  a:\n    steps:\n      - run: echo "machine h login b password hollandia" > ~/.netrc\n',
     "hollandia"),
    (".gitlab-ci.yml", "a:\n  script:\n    - mysql -u root -phollandia -e 'x'\n", "hollandia"),
    (".gitlab-ci.yml", "a:\n  script:\n    - curl --header 'PRIVATE-TOKEN: hollandia' https://h\n", "hollandia"),
    (".gitlab-ci.yml", "a:\n  script:\n    - sshpass -p hollandia ssh x\n", "hollandia"),
    ("Jenkinsfile",
     "pipeline { stages { stage('a') { steps { sh 'curl -u bob:hollandia https://h' } } } }\n",
     "hollandia"),
    ("docker-compose.yml", "services:\n  r:\n    command: redis-server --requirepass hollandia\n", "hollandia"),
    ("docker-compose.yml", "services:\n  r:\n    command: [redis-server, --requirepass, hollandia]\n", "hollandia"),
    ("docker-compose.yml", "services:\n  r:\n    command: [mysqladmin, -uroot, -phollandia]\n", "hollandia"),
    ("docker-compose.yml",
     "services:\n  r:\n    command: ['sh', '-c', 'mysqladmin -uroot -phollandia ping']\n",
     "hollandia"),
    ("docker-compose.yml",
     ("services:\n  r:\n    healthcheck:\n"
      "      test: [CMD, mysqladmin, ping, -h, localhost, -u, root, -phollandia]\n"),
     "hollandia"),
    ("docker-compose.yml",
     "services:\n  r:\n    healthcheck:\n      test: [CMD, redis-cli, -a, hollandia, ping]\n",
     "hollandia"),
    ("docker-compose.yml",
     "services:\n  r:\n    healthcheck:\n      test: [CMD, curl, -u, 'bob:hollandia', x]\n",
     "hollandia"),
    ("docker-compose.yml",
     "services:\n  r:\n    healthcheck:\n      test: curl -f -u elastic:hollandia http://localhost:9200\n",
     "hollandia"),
    ("docker-compose.yml",
     ("services:\n  r:\n    labels:\n"
      "      - traefik.http.middlewares.a.basicauth.users=bob:$$apr1$$Zx81Qw72$$Er63Ty54ab9c8d7e6f5g4h\n"),
     "Er63Ty54ab9c8d7e6f5g4h"),
    ("docker-compose.yml",
     ("services:\n  r:\n    labels:\n"
      "      traefik.http.middlewares.a.basicauth.users: 'bob:$$2y$$05$$Zx81Qw72Er63Ty54ab9c8d7e6f5g4h'\n"),
     "Zx81Qw72Er63Ty54ab9c8d7e6f5g4h"),
    ("docker-compose.yml", "services:\n  r:\n    environment:\n      NEO4J_AUTH: neo4j/hollandia\n", "hollandia"),
    ("docker-compose.yml", "services:\n  r:\n    environment:\n      - NEO4J_AUTH=neo4j/hollandia\n", "hollandia"),
    ("docker-compose.yml",
     ("services:\n  r:\n    environment:\n      MINIO_ROOT_PASSWORD: hollandia\n"
      "      RABBITMQ_DEFAULT_PASS: holland2\n"),
     "hollandia holland2"),
    ("docker-compose.yml",
     "services:\n  r:\n    environment:\n      - 'SPRING_DATASOURCE_PASSWORD=hollandia'\n",
     "hollandia"),
    ("k.yaml",
     "kind: Pod\nspec:\n  containers:\n    - name: a\n      args: [serve, --db-pass, hollandia]\n",
     "hollandia"),
    ("k.yaml",
     ("kind: Pod\nspec:\n  containers:\n    - name: a\n      livenessProbe:\n        exec:\n"
      "          command:\n            - mysqladmin\n            - ping\n            - -phollandia\n"),
     "hollandia"),
    ("k.yaml",
     ("kind: Pod\nspec:\n  containers:\n    - name: a\n      livenessProbe:\n        exec:\n"
      "          command:\n            - redis-cli\n            - -a\n            - hollandia\n"
      "            - ping\n"),
     "hollandia"),
    ("k.yaml",
     ("kind: Pod\nspec:\n  containers:\n    - name: a\n      livenessProbe:\n        httpGet:\n"
      "          httpHeaders:\n            - name: Authorization\n              value: Basic aG9sbGFuZA==\n"
      "            - name: X-Api-Key\n              value: hollandia\n"),
     "aG9sbGFuZA== hollandia"),
    ("k.yaml",
     ("kind: Pod\nspec:\n  containers:\n    - name: a\n      lifecycle:\n        postStart:\n          exec:\n"
      "            command: ['/bin/sh', '-c', 'curl -u admin:hollandia http://h']\n"),
     "hollandia"),
    ("k.yaml",
     ("kind: Pod\nspec:\n  containers:\n    - name: a\n      args:\n        - |\n"
      '          export PW=hollandia\n          psql "postgresql://a:holland2@db/x"\n'),
     "hollandia holland2"),
    ("k.yaml", 'command: ["docker", "login", "-u", "a", "-p", "hunter2hunter2"]\n', "hunter2hunter2"),
    ("k.json", '{"command": ["podman", "login", "-u", "a", "-p", "hunter2hunter2", "r.example"]}\n', "hunter2hunter2"),
    ("k.yaml", "command: [ldapmodify, -D, cn=a, -w, hollandia]\n", "hollandia"),
    ("k.yaml", "command:\n  - mongoexport\n  - -u\n  - a\n  - -p\n  - hollandia\n", "hollandia"),
    ("k.json", '{"command": ["bcp", "t", "out", "f", "-P", "hollandia"]}\n', "hollandia"),
    ("k.json", '{"command": ["/opt/bin/sqlcmd", "-Phollandia"]}\n', "hollandia"),
    ("k.yaml", "command: [sshpass, -phollandia, ssh, a@b]\n", "hollandia"),
    ("k.yaml", "command: [useradd, -m, -p, hollandia, bob]\n", "hollandia"),
    ("k.yaml", "command: [curl, '-fsSubob:hollandia', 'https://h']\n", "hollandia"),
    ("k.yaml", "command: [http, -a, 'bob:hollandia', 'https://h']\n", "hollandia"),
    ("k.yaml", "command: [influx, setup, -t, hollandia]\n", "hollandia"),
    ("k.yaml", f"command: [redis-cli, {'-x, ' * 300}-a, hollandia]\n", "hollandia"),
]  # fmt: skip

# What stands beside secrets, or in the place of one.
STAYS = [
    ("Dockerfile",
     ("FROM a\nENV DB_PASSWORD_FILE=/run/secrets/db\nENV DB_PASSWORD=\nENV DB_PASSWORD=${DB_PASSWORD}\n"
      'ENV DB_PASSWORD $DB_PASSWORD\nARG TOKEN\nARG NPM_TOKEN=""\nENV KEY_FILE=/etc/ssl/key.pem\n'
      "ENV TOKENIZERS_PARALLELISM=false MAX_TOKENS=4096\n")),
    ("Dockerfile",
     ("FROM a\n"
      "RUN --mount=type=secret,id=npm_token,target=/run/secrets/npm NPM_TOKEN=$(cat /run/secrets/npm) npm ci\n")),
    ("Dockerfile",
     ("FROM a\n"
      'RUN curl -u "$USER:$PASS" https://h && mysql -u root -p db && psql -p 5432 && mysql -p"$PW" &&'
      " mkdir -p path\n")),
    ("Dockerfile",
     ("FROM a\n"
      'RUN echo "$PW" | docker login -u bob --password-stdin r.example && docker run -u 1000:1000 x &&'
      " curl --user-agent x:y h\n")),
    ("Dockerfile",
     ("FROM a\nRUN apt-key add key.asc && apt-get install -y libsecret-1-dev keyring pass passwd\n"
      "RUN passwd -d root\nENV GPG_KEY=A035C8C19219BA821ECEA86B64E628F8D684696D\n"
      "ENV PYTHON_SHA256=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\n")),
    ("Dockerfile",
     ("FROM a\n# set the password with --password on the command line; a token is needed\n"
      'LABEL token.help="see docs"\n')),
    (".github/workflows/a.yml",
     ("permissions:\n  id-token: write\njobs:\n  a:\n    steps:\n      - uses: x\n        with:\n"
      "          token: ${{ secrets.GITHUB_TOKEN }}\n          cache-key: v1-abc\n        env:\n"
      '          GH_TOKEN: ${{ github.token }}\n      - run: |\n          echo "::add-mask::$TOKEN"\n'
      '          TOKEN=$(curl -s "$URL")\n          echo "TOKEN=$TOKEN" >> $GITHUB_ENV\n'
      "          gh auth login --with-token < f\n"
      "          docker login -u ${{ secrets.U }} -p ${{ secrets.P }}\n"
      '          export PASSWORD="${{ secrets.PW }}"\n'
      "          curl -H \"Authorization: Bearer $TOKEN\" -H 'X-Api-Key: ${KEY}' h\n"
      "          mkdir -p build/out && tar -xzf a -C b && cp -pr a b\n"
      "          mysql -p${PW} db; mysqldump --port 3306 -P 3306\n")),
    ("docker-compose.yml",
     ("services:\n  r:\n    command: redis-server --requirepass ${REDIS_PASSWORD}\n    user: '1000:1000'\n"
      "    ports: ['8080:80']\n    labels:\n      - traefik.http.middlewares.a.basicauth.usersfile=/users\n"
      "      - traefik.http.routers.a.rule=Host(`x`)\n"
      "      - traefik.http.middlewares.a.basicauth.users=${USERS}\n")),
    ("k.yaml",
     ("kind: Pod\nspec:\n  containers:\n    - name: a\n"
      "      args: ['-p', '8080', '--authentication-token-webhook=true', '--secret-name=x',"
      " '--tls-private-key-file=/etc/k.pem']\n"
      "      command: [redis-cli, -a, $(REDIS_PASSWORD), ping]\n      livenessProbe:\n"
      "        httpGet: {httpHeaders: [{name: X-Probe, value: kubelet}, {name: Authorization, value:"
      " Bearer $(TOKEN)}]}\n")),
    ("Makefile",
     ("up:\n	PGPASSWORD=$$DB_PASSWORD psql -h db\n	token=$$(gh auth token) make x\n"
      '	TOKEN="$${GH_TOKEN:-$$OTHER}" run\n')),
    ("compose.yaml", 'services:\n  r:\n    command: redis-server --requirepass "$$REDIS_PASS"\n'),
    ("valkey.conf",
     ("# the password comes via --requirepass or\n# - requirepass from the environment; never commit one\n"
      "port 6379\n")),
    (".github/workflows/a.yml",
     ("jobs:\n  detect-secrets:\n    runs-on: x\n    needs: [coverage]\n    steps:\n      - uses: a/b@v1\n"
      "        if: always()\n")),
    (".github/workflows/a.yml",
     ("jobs:\n  a:\n    steps:\n      - run: |\n"
      '          missing_secrets="$missing_secrets EC2_SSH_PRIVATE_KEY"\n'
      '          printf "API_TOKEN=%s\\n" "$API_TOKEN" >> .env\n          copy --src-creds "$USER:$PASS"\n'
      "          run --secret gateway-tls --secret id=npm,src=f\n")),
    ("k.yaml",
     ("volumes:\n  - name: tls\n    secret:\n      secretName: gw\n      items:\n"
      "        - {key: tls.key, path: tls.key}\n        - {key: gcp-credentials, path: gcp.json}\n")),
    ("values.yaml",
     ("auth:\n  existingSecret: gw-secrets\nenv:\n"
      "  GOOGLE_APPLICATION_CREDENTIALS: ${{github.workspace}}/.config/gcp-key.json\n")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "secret"), PLANTS)
def test_no_plant_is_left_in_the_copy(name: str, text: str, secret: str) -> None:
    assert_nothing_is_left(name, text, secret)


@pytest.mark.parametrize(("name", "text"), STAYS)
def test_what_is_no_secret_stays(name: str, text: str) -> None:
    assert_stays(name, text)


@pytest.mark.parametrize(
    ("words", "secret"),
    [
        (["redis-cli", "-a", "hollandia", "ping"], "hollandia"),
        (["/usr/bin/mysqladmin", "-u", "root", "-phollandia"], "hollandia"),
        (["curl", "-u", "bob:hollandia", "https://h"], "hollandia"),
        (["sh", "-c", "PGPASSWORD=hollandia psql"], "hollandia"),
        (["sh", "-c", "mysql -psecret"], "psecret"),
        (["serve", "--api-key", "hollandia"], "hollandia"),
        (["docker", "login", "-u", "a", "-p", "hunter2hunter2"], "hunter2hunter2"),
        (["ldapmodify", "-w", "hollandia"], "hollandia"),
        (["mongoexport", "-p", "hollandia"], "hollandia"),
        (["bcp", "t", "-P", "hollandia"], "hollandia"),
        (["mysql", *["-x"] * 300, "-phollandia"], "hollandia"),
    ],
)
def test_no_argument_that_is_a_secret_is_left_in_the_facts(words: list[str], secret: str) -> None:
    assert secret not in json.dumps(masked_facts({"command": words}, "system"))


@pytest.mark.parametrize(
    "words",
    [
        ["redis-cli", "-a", "$(REDIS_PASSWORD)", "-p", "6379"],
        ["mysql", "-u", "root", "-p", "db"],
        ["mysqladmin", "-p${PW}", "ping"],
        ["cp", "-phollandia"],
        ["serve", "-a", "hollandia"],
        ["curl", "-u", "$USER:$PASS", "--user-agent", "x:y"],
        ["docker", "build", "--secret", "id=npm"],
        ["docker", "run", "-p", "hollandia:80", "login"],
        ["docker", "login", "-u", "bob", "-p", "${PW}"],
        ["ldapsearch", "-W", "hollandia"],
        ["curl", "-fsSu", "bob", "https://h"],
        ["tar", "-P", "hollandia"],
    ],
)
def test_other_arguments_stay_in_the_facts(words: list[str]) -> None:
    assert masked_facts({"command": words}, "system") == {"command": words}


HOSTILE = {
    "quotation marks": 'curl "' * 50_000,
    "blanks": "password=" + " " * 300_000 + "x\nA=1" + " " * 300_000,
    "continued": "mysql \\\n" * 40_000,
    "logins": "login a " * 50_000,
    "echoes": "echo a | " * 40_000,
    "settings": "A=b\n" * 60_000 + "x",
    "assignments": 'password="' * 10_000,
    "headers": "-H 'a: " * 50_000,
    "options": "htpasswd -b -c " * 30_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_takes_long(text: str) -> None:
    """Each is long; a pattern that goes back over a text would take minutes."""
    started = time.process_time()
    masked_source(text, "Dockerfile")
    masked_source("x: |\n  " + text.replace("\n", "\n  ") + "\n", "a.yaml")
    assert time.process_time() - started < 10
