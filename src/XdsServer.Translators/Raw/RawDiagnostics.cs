using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Translators.Resources;

namespace XdsServer.Translators.Raw;

/// <summary>What raw resources and patches may have to leave out: XDS3100 to XDS3109.</summary>
internal static class RawDiagnostics
{
    public static ImmutableArray<Diagnostic> UnusableResource(EnvoyResource at, string field, IEnumerable<RawProblem> problems) =>
        [.. problems.Select(p => Of(Severity.Error, "XDS3100", at, Join(field, p.Path), $"The resource is left out. {p.Message}", p.Remedy))];

    public static ImmutableArray<Diagnostic> UnusablePatch(EnvoyResource at, string field, IEnumerable<RawProblem> problems) =>
        [.. problems.Select(p => Of(Severity.Error, "XDS3101", at, Join(field, p.Path), $"The patch is left out. {p.Message}", p.Remedy))];

    public static Diagnostic NoTarget(EnvoyResource at, string field, EnvoyPatch patch) => Of(
        Severity.Error, "XDS3102", at, field + ".target",
        $"The patch has no effect: no selected proxy has a {patch.TargetType} '{patch.TargetName}'.",
        "Name a resource that the selected proxies have, as translate shows it; types are cluster, endpoint, listener and route.");

    public static Diagnostic NameTaken(ObjectRef at, Resource resource) => new()
    {
        Severity = Severity.Error,
        Code = "XDS3103",
        Message = $"The resource is left out: the mesh itself makes a {resource.Type} resource '{resource.Name}' for some selected proxies.",
        Remedy = "Give it another name, or change the mesh's own resource with a patch.",
        Object = at,
        Field = "spec.resources",
    };

    public static Diagnostic Repeated(EnvoyResource at, string field, RawResource resource) => Of(
        Severity.Error, "XDS3104", at, field,
        $"The resource is left out: '{resource.Name}' of the same type is there already for the same proxies.",
        "Give it another name, or remove one of the two.");

    public static Diagnostic Deprecated(EnvoyResource at, string field) => Of(
        Severity.Warning, "XDS3105", at, field,
        "Envoy's API calls the field deprecated: Envoy warns about it now and will refuse it in a later version.",
        "Use what the API names in its place.");

    public static Diagnostic Unknown(MissingReference reference, string groups) => new()
    {
        Severity = Severity.Warning,
        Code = "XDS3106",
        Message = $"{reference.Type} '{reference.Name}' names {reference.Missing.Type} '{reference.Missing.Name}', which these proxies are not served: {groups}. "
            + (reference.Missing.Type == ResourceType.Cluster ? "Envoy answers what goes there with 503." : "Envoy waits for it, at its start up to 15 s."),
        Remedy = "Name one that the proxies have, as translate shows it, or add it. If it is in their bootstrap, all is well.",
        Object = reference.Object,
        Field = reference.Field,
    };

    private static string Join(string field, string path) => path.Length == 0 ? field : $"{field}.{path}";

    private static Diagnostic Of(Severity severity, string code, EnvoyResource at, string field, string message, string remedy) => new()
    {
        Severity = severity,
        Code = code,
        Message = message,
        Remedy = remedy,
        Object = at.Ref,
        Field = field,
        Location = at.Location,
    };
}
