using XdsServer.Model;
using XdsServer.Model.Smi;
using XdsServer.Tests.Unit.Manifests;
using XdsServer.Translators;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Unit.Smi;

/// <summary>Small meshes with SMI objects, all of namespace <c>demo</c>.</summary>
internal static class SmiText
{
    /// <summary>A service with one endpoint.</summary>
    public static string Service(string name, string ports = "{name: main, port: 80, protocol: http}") =>
        $$"""
        apiVersion: mesh.xdscontrolplane.dev/v1alpha1
        kind: MeshService
        metadata: {name: {{name}}, namespace: demo}
        spec:
          ports: [{{ports}}]
          endpoints: [{address: 10.0.0.1, ports: {main: 8080} }]
        ---

        """;

    /// <summary>A split; backends such as <c>web-v1: 90</c>.</summary>
    public static string Split(string name, string root, string backends, string more = "", string version = "v1alpha4", string metadata = "") =>
        $$"""
        apiVersion: split.smi-spec.io/{{version}}
        kind: TrafficSplit
        metadata: {name: {{name}}, namespace: demo{{metadata}} }
        spec:
          service: {{root}}
          backends:
        {{string.Join('\n', backends.Split(", ").Select(Backend))}}
        {{more}}
        ---

        """;

    /// <summary>A route group.</summary>
    public static string Group(string name, params string[] matches) =>
        $$"""
        apiVersion: specs.smi-spec.io/v1alpha4
        kind: HTTPRouteGroup
        metadata: {name: {{name}}, namespace: demo}
        spec:
          matches:
        {{string.Join('\n', matches.Select(m => $"  - {m}"))}}
        ---

        """;

    /// <summary>What the text means.</summary>
    public static MeshModel Compose(params string[] texts) => MeshModel.Compose([ManifestReading.Read(string.Concat(texts))], previous: null);

    /// <summary>The only split's weights.</summary>
    public static IEnumerable<uint> Weights(string text) => ManifestReading.Read(text).Splits.Single().Backends.Select(b => b.Weight);

    /// <summary>The codes of all diagnostics, in order.</summary>
    public static IEnumerable<string> CodesOf(MeshModel model) => model.Diagnostics.Select(d => d.Code);

    /// <summary>The outcome of a split by name.</summary>
    public static SplitOutcome Outcome(this MeshModel model, string name) => model.Smi.Splits.Single(s => s.Split.Key.Name == name);

    /// <summary>What a sidecar of the namespace gets.</summary>
    public static Translation Translate(MeshModel model, Translation? previous = null) =>
        MeshTranslator.Translate(model, [Sidecar], previous);

    /// <summary>The sidecar that gets it.</summary>
    public static readonly ProxyGroupKey Sidecar = new(ProxyProfile.Sidecar, "demo", "", 15001, 15006, "");

    /// <summary>Its resource of that type and name.</summary>
    public static Resource Find(Translation translation, ResourceType type, string name) =>
        translation.Snapshots[Sidecar].Layers.SelectMany(l => l[type].Sorted).Single(r => r.Name == name);

    private static string Backend(string text)
    {
        var parts = text.Split(": ", 2);
        return $"  - {{service: {parts[0]}, weight: {parts[1]}}}";
    }
}
