"""Who may call and administer the service, and what its parts may do to each other."""

from pathlib import Path

import pytest

from support.inspecting import inspected, spots
from tieout.domain.inspection import Answer, Fact

_API = "from fastapi import Depends, FastAPI\n\napp = FastAPI()\n"


def _fact(folder: Path, files: dict[str, str], key: str) -> Fact:
    return inspected(folder, files, "access")[f"access/{key}"]


def test_what_serves_nobody_is_not_applicable(tmp_path: Path) -> None:
    facts = inspected(tmp_path, {"lib.py": "def double(x):\n    return 2 * x\n"}, "access")

    assert {fact.answer for fact in facts.values()} == {Answer.NOT_APPLICABLE}


def test_a_service_without_authentication(tmp_path: Path) -> None:
    fact = _fact(tmp_path, {"api.py": _API}, "service-authentication")

    assert fact.answer is Answer.NO
    assert spots(fact) == ["api.py:3"]


@pytest.mark.parametrize(
    ("path", "text", "answer", "line"),
    [
        ("api.py", _API + '@app.get("/", dependencies=[Depends(verify_token)])\n', Answer.YES, 4),
        ("api.py", _API + "def read(user=Depends(get_current_user)):\n    pass\n", Answer.PARTIAL, 4),
        ("views.py", "from x import login_required\n\n@login_required\ndef view(): ...\n", Answer.PARTIAL, 3),
        ("settings.py", 'AUTHENTICATION_BACKENDS = ["x"]\n', Answer.YES, 1),
        ("app/controllers/base.rb", "class A\n  before_action :authenticate_user!\nend\n", Answer.YES, 2),
        ("src/index.ts", "const app = new Hono();\napp.use('*', x);\napp.use(bearerAuth({ token }));\n", Answer.YES, 3),
        ("config.yaml", "general_settings:\n  master_key: os.environ/KEY\n", Answer.YES, 2),
        ("kong.yaml", "_format_version: '3.0'\nplugins:\n  - name: key-auth\n", Answer.YES, 3),
        ("alb.tf", 'default_action {\n  type = "authenticate-oidc"\n}\n', Answer.YES, 2),
    ],
)
def test_usual_forms_of_authentication(tmp_path: Path, path: str, text: str, answer: Answer, line: int) -> None:
    fact = _fact(tmp_path, {path: text}, "service-authentication")

    assert fact.answer is answer
    assert spots(fact)[0] == f"{path}:{line}"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("api.py", _API + "# @login_required\n"),
        ("api.py", _API + 'HELP = "use Depends(get_current_user)"\n'),
        ("tests/test_api.py", "x = Depends(get_current_user)\n"),
        ("config.yaml", "# general_settings:\n#   master_key: x\n"),
        ("config.example.yaml", "general_settings:\n  master_key: x\n"),
        ("deploy.yaml", "env:\n  - name: jwt\n"),
        ("README.md", "Set master_key: to protect the proxy.\n"),
        (".github/workflows/ci.yml", "env:\n  master_key: x\n"),
    ],
)
def test_what_looks_like_authentication_and_is_none(tmp_path: Path, path: str, text: str) -> None:
    assert _fact(tmp_path, {"api.py": _API, path: text}, "service-authentication").answer is Answer.NO


def test_a_policy_of_a_gateway_in_kubernetes(tmp_path: Path) -> None:
    policy = (
        "apiVersion: gateway.envoyproxy.io/v1alpha1\nkind: SecurityPolicy\nmetadata: {name: a}\n"
        "spec:\n  jwt:\n    providers: [{name: x}]\n"
    )
    fact = _fact(tmp_path, {"policy.yaml": policy}, "service-authentication")

    assert fact.answer is Answer.YES
    assert spots(fact) == ["policy.yaml:5"]


def test_exceptions_from_authentication_are_told(tmp_path: Path) -> None:
    files = {
        "app/base.rb": "before_action :authenticate_user!\n",
        "app/errors.rb": "skip_before_action :authenticate_user!\n",
    }
    fact = _fact(tmp_path, files, "service-authentication")

    assert fact.answer is Answer.YES
    assert spots(fact) == ["app/base.rb:1", "app/errors.rb:1"]
    assert "1 exception" in fact.statement


_ADMIN = "const token = (conf as Settings)?.admin_token;\n"


def test_a_credential_that_only_an_example_sets_protects_a_part(tmp_path: Path) -> None:
    files = {
        "src/admin.ts": _ADMIN,
        "conf.json": '{\n  "cache": false\n}\n',
        "conf.example.json": '{\n  "admin_token": "set-me"\n}\n',
    }
    fact = _fact(tmp_path, files, "admin-protected")

    assert fact.answer is Answer.PARTIAL
    assert spots(fact) == ["src/admin.ts:1"]
    assert spots(fact, counting=False) == ["conf.example.json:2"]


def test_a_credential_that_the_settings_in_use_hold(tmp_path: Path) -> None:
    files = {"src/admin.ts": _ADMIN, "conf.json": '{\n  "admin_token": "${TOKEN}"\n}\n'}
    fact = _fact(tmp_path, files, "admin-protected")

    assert fact.answer is Answer.YES
    assert spots(fact) == ["src/admin.ts:1", "conf.json:2"]


def test_a_credential_without_a_value_is_not_set(tmp_path: Path) -> None:
    files = {"src/admin.ts": _ADMIN, "conf.json": '{\n  "admin_token": ""\n}\n'}

    assert _fact(tmp_path, files, "admin-protected").answer is Answer.PARTIAL


@pytest.mark.parametrize(
    ("path", "text", "answer"),
    [
        ("a.py", 'token = os.environ["ADMIN_TOKEN"]\n', Answer.YES),
        ("urls.py", 'urlpatterns = [path("admin/", admin.site.urls)]\n', Answer.YES),
        ("a.rb", "before_action :authorise_admin_settings\n", Answer.YES),
        ("a.ts", 'app.get("/admin/users", list);\n', Answer.NO),
        ("a.ts", '// app.get("/admin/users", list);\n', Answer.UNKNOWN),
        ("a.tsx", "const [adminToken, setAdminToken] = useState();\n", Answer.UNKNOWN),
    ],
)
def test_protection_of_the_administration(tmp_path: Path, path: str, text: str, answer: Answer) -> None:
    assert _fact(tmp_path, {path: text}, "admin-protected").answer is answer


_ROLE = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader}
rules:
- apiGroups: [""]
  resources: ["pods"]
  verbs: ["get"]
"""
_POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - {name: a, image: x}\n"


def test_roles_without_wildcards(tmp_path: Path) -> None:
    fact = _fact(tmp_path, {"rbac.yaml": _ROLE}, "rbac")

    assert fact.answer is Answer.YES
    assert spots(fact) == ["rbac.yaml:2"]


def test_wildcards_in_a_role_are_told_first(tmp_path: Path) -> None:
    fact = _fact(tmp_path, {"rbac.yaml": _ROLE.replace('["get"]', '["*"]')}, "rbac")

    assert fact.answer is Answer.PARTIAL
    assert spots(fact) == ["rbac.yaml:7", "rbac.yaml:2"]


def test_a_binding_to_every_permission_is_none_by_role(tmp_path: Path) -> None:
    binding = (
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: a}\n"
        "roleRef:\n  kind: ClusterRole\n  name: cluster-admin\n"
    )
    fact = _fact(tmp_path, {"rbac.yaml": binding}, "rbac")

    assert fact.answer is Answer.NO
    assert spots(fact) == ["rbac.yaml:4"]


def test_pods_without_roles_and_roles_of_templates(tmp_path: Path) -> None:
    files = {
        "pod.yaml": _POD,
        "chart/Chart.yaml": "name: a\n",
        "chart/templates/role.yaml": "kind: Role\nmetadata:\n  name: {{ .Release.Name }}\n",
    }
    fact = _fact(tmp_path, files, "rbac")

    assert fact.answer is Answer.NO
    assert spots(fact, counting=False) == ["chart/templates/role.yaml:1"]


@pytest.mark.parametrize(
    ("spec", "answer"),
    [
        ("  podSelector: {}\n  policyTypes: [Ingress]\n", Answer.YES),
        ("  podSelector: {}\n  ingress:\n  - from: [{podSelector: {}}]\n", Answer.YES),
        ("  podSelector: {}\n  ingress:\n  - {}\n", Answer.PARTIAL),
    ],
)
def test_policies_of_the_network(tmp_path: Path, spec: str, answer: Answer) -> None:
    policy = f"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: a}}\nspec:\n{spec}"
    fact = _fact(tmp_path, {"policy.yaml": policy}, "network-policy")

    assert fact.answer is answer
    assert "policy.yaml:2" in spots(fact)


def test_pods_without_a_policy_of_the_network(tmp_path: Path) -> None:
    assert _fact(tmp_path / "a", {"pod.yaml": _POD}, "network-policy").answer is Answer.NO
    assert _fact(tmp_path / "b", {"examples/pod.yaml": _POD}, "network-policy").answer is Answer.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("path", "text", "answer", "line"),
    [
        ("Gemfile", 'gem "omniauth-saml"\n', Answer.YES, 1),
        ("pool.tf", 'resource "x" "y" {\n  mfa_configuration = "ON"\n}\n', Answer.YES, 2),
        ("settings.py", 'if LOGIN == "sso":\n    APPS.append("mozilla_django_oidc")\n', Answer.PARTIAL, 2),
        ("auth.ts", "if (\n  env.ID\n)\n  list.push(\n    GoogleProvider({\n", Answer.PARTIAL, 5),
        ("auth.ts", "const list = [\n  GoogleProvider({\n", Answer.YES, 2),
    ],
)
def test_single_sign_on_and_second_factors(tmp_path: Path, path: str, text: str, answer: Answer, line: int) -> None:
    fact = _fact(tmp_path, {path: text}, "mfa-or-sso")

    assert fact.answer is answer
    assert spots(fact) == [f"{path}:{line}"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pool.tf", 'mfa_configuration = "OFF"\n'),
        ("a.go", 'url := server + "/protocol/openid-connect/token"\n'),
        ("a.py", "# GoogleProvider(\n"),
        ("package.json", '{"dependencies": {"passport-saml": "1"}}\n'),
    ],
)
def test_words_of_sign_on_that_set_nothing_up(tmp_path: Path, path: str, text: str) -> None:
    assert _fact(tmp_path, {"api.py": _API, path: text}, "mfa-or-sso").answer is Answer.NO


SWITCHED = """fn authorize(&mut self, request: Request) -> Future {
    if self.config.is_auth_disabled() {
        return Ok(request);
    }
    self.check(request)
}
"""


def test_authentication_that_a_setting_switches_on_is_a_part(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "src/auth.rs": SWITCHED,
        "src/config.rs": "/// None: this means no authentication checks.\nNone,\n",
        "config/cloud.yaml": "gate:\n  features: auth\n",
        "config/loki.yaml": "auth_enabled: false\n",
        "fly.toml": "app = 'a'\nraw_value = '''\ngate:\n  features: auth\n'''\n",
    }
    fact = _fact(tmp_path, files, "service-authentication")
    assert fact.answer is Answer.PARTIAL
    assert spots(fact) == ["src/auth.rs:2", "config/cloud.yaml:2", "fly.toml:4"]
    assert spots(fact, counting=False) == ["src/config.rs:1", "config/loki.yaml:1"]
    bare = _fact(tmp_path / "b", {"src/auth.rs": SWITCHED}, "service-authentication")
    assert (bare.answer, "no setting in use" in bare.statement) == (Answer.PARTIAL, True)


def test_a_setting_of_another_service_alone_demands_nothing(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"loki.yaml": "auth_enabled: true\n", "api.py": _API}
    assert _fact(tmp_path, files, "service-authentication").answer is Answer.NO


def test_a_function_that_would_check_is_no_route_that_does(tmp_path: Path) -> None:
    source = _API + "async def check_auth(token: str) -> bool:\n    return True\n"
    assert _fact(tmp_path, {"api.py": source}, "service-authentication").answer is Answer.NO
    script: dict[str, str | bytes] = {"api.py": _API, "infra.sh": "check_auth() {\n  fly auth\n}\ncheck_auth()\n"}
    assert _fact(tmp_path / "b", script, "service-authentication").answer is Answer.NO


@pytest.mark.parametrize(
    ("code", "answer", "tempting"),
    [
        ("def add(a, b):\n    return a + b\n", Answer.NOT_APPLICABLE, []),
        ("import subprocess\n\nsubprocess.run(['acme', 'serve', model])\n", Answer.UNKNOWN, ["app/run.py:3"]),
        ("def get(service):\n    return service.found\n", Answer.NOT_APPLICABLE, []),
        ("def observe(preserved):\n    return preserved\n", Answer.NOT_APPLICABLE, []),
    ],
)
@pytest.mark.parametrize("key", ["service-authentication", "mfa-or-sso"])
def test_what_serves_in_no_known_form_is_not_taken_for_nothing(
    tmp_path: Path, key: str, code: str, answer: Answer, tempting: list[str]
) -> None:
    fact = _fact(tmp_path, {"app/run.py": code}, key)

    assert fact.answer is answer
    assert spots(fact, counting=False) == tempting
    assert not spots(fact)
