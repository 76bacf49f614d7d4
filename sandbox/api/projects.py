"""Projects: where droplets and domains are filed. What was never moved is in the default project."""

from typing import Any

from flask import Blueprint, request

from sandbox.api.cloud import cloud
from sandbox.api.errors import ApiError, not_found, refused
from sandbox.api.paging import listing
from sandbox.api.records import Assignment, Project, State, now
from sandbox.api.wire import answers, bodies

routes = Blueprint("projects", __name__, url_prefix="/v2/projects")

PURPOSES = (
    "Just trying out DigitalOcean",
    "Class project / Educational purposes",
    "Website or blog",
    "Web Application",
    "Service or API",
    "Mobile Application",
    "Machine learning / AI / Data processing",
    "IoT",
    "Operational / Developer tooling",
)


def _existing(state: State, project_id: str) -> Project:
    """By id, or "default"."""
    for project in state.projects.values():
        if project.id == project_id or (project_id == "default" and project.is_default):
            return project
    raise not_found()


def _purpose(text: str) -> str:
    return text if text in PURPOSES or text.startswith("Other: ") else f"Other: {text}"


def _require_free_name(state: State, project: Project) -> None:
    if any(other.name == project.name and other.id != project.id for other in state.projects.values()):
        raise ApiError(409, "name is already in use")


def _resources(state: State, project: Project) -> list[str]:
    default = Assignment(project_id=_existing(state, "default").id)
    return [urn for urn in state.urns() if state.assignments.get(urn, default).project_id == project.id]


def _shape(project: Project) -> dict[str, Any]:
    return answers.project(project, cloud.state.account_uuid)


def _resource_shape(urn: str, status: str = "ok") -> dict[str, Any]:
    return answers.project_resource(urn, cloud.state.assignments.get(urn), status, request.host_url)


@routes.get("")
def list_projects() -> dict[str, Any]:
    return listing("projects", list(cloud.state.projects.values()), _shape)


@routes.post("")
def create_project() -> tuple[dict[str, Any], int]:
    body = bodies.read(bodies.ProjectBody)
    if not body.name or not body.purpose:
        raise refused("name and purpose are required")
    project = Project(
        name=body.name,
        description=body.description or "",
        purpose=_purpose(body.purpose),
        environment=body.environment or "",
    )
    with cloud.change() as state:
        _require_free_name(state, project)
        state.projects[project.id] = project
    return {"project": _shape(project)}, 201


@routes.get("/<project_id>")
def read_project(project_id: str) -> dict[str, Any]:
    return {"project": _shape(_existing(cloud.state, project_id))}


@routes.route("/<project_id>", methods=["PUT", "PATCH"])
def update_project(project_id: str) -> dict[str, Any]:
    """PATCH: what is given. PUT: all must be given."""
    body = bodies.read(bodies.ProjectBody)
    given = body.model_dump(exclude_none=True)
    missing = set(bodies.ProjectBody.model_fields) - set(given)
    if request.method == "PUT" and missing:
        raise refused(f"{', '.join(sorted(missing))} missing")
    if "purpose" in given:
        given["purpose"] = _purpose(given["purpose"])
    with cloud.change() as state:
        project = _existing(state, project_id)
        if project.is_default and given.get("is_default") is False:
            raise refused("a default project is needed: make another one the default")
        for field, value in given.items():
            setattr(project, field, value)
        _require_free_name(state, project)
        if given.get("is_default"):
            _keep_in_place(state, project)
        project.updated_at = now()
    return {"project": _shape(project)}


def _keep_in_place(state: State, new_default: Project) -> None:
    """What was in the old default project for want of an assignment stays there."""
    for project in state.projects.values():
        if project.is_default and project.id != new_default.id:
            project.is_default = False
            for urn in state.urns():
                state.assignments.setdefault(urn, Assignment(project_id=project.id))


@routes.delete("/<project_id>")
def delete_project(project_id: str) -> tuple[str, int]:
    with cloud.change() as state:
        project = _existing(state, project_id)
        if project.is_default:
            raise ApiError(412, "cannot delete the default project")
        if _resources(state, project):
            raise ApiError(412, "cannot delete a project with resources. move or remove the resources first")
        del state.projects[project.id]
    return "", 204


@routes.get("/<project_id>/resources")
def list_resources(project_id: str) -> dict[str, Any]:
    return listing("resources", _resources(cloud.state, _existing(cloud.state, project_id)), _resource_shape)


@routes.post("/<project_id>/resources")
def assign_resources(project_id: str) -> dict[str, Any]:
    body = bodies.read(bodies.ProjectResources)
    outcomes = {}
    with cloud.change() as state:
        project = _existing(state, project_id)
        known = set(state.urns())
        there = set(_resources(state, project))
        for urn in body.resources:
            if urn not in known:
                outcomes[urn] = "not_found"
            elif urn in there:
                outcomes[urn] = "already_assigned"
            else:
                outcomes[urn] = "assigned"
                state.assignments[urn] = Assignment(project_id=project.id)
    return {"resources": [_resource_shape(urn, status) for urn, status in outcomes.items()]}
