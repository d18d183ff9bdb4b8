using System.Globalization;
using System.Text.Json.Nodes;

namespace XdsServer.SmiMetrics;

/// <summary>The objects of <c>metrics.smi-spec.io/v1alpha1</c> and the discovery documents, as JSON. Pure.</summary>
internal static class TrafficMetricsJson
{
    /// <summary>The API group.</summary>
    public const string Group = "metrics.smi-spec.io";

    /// <summary>Its only version.</summary>
    public const string Version = "v1alpha1";

    /// <summary><c>group/version</c>.</summary>
    public const string GroupVersion = $"{Group}/{Version}";

    /// <summary><c>/apis</c>.</summary>
    public static JsonObject GroupList() => new() { ["kind"] = "APIGroupList", ["apiVersion"] = "v1", ["groups"] = new JsonArray(GroupOnly()) };

    /// <summary><c>/apis/GROUP</c>.</summary>
    public static JsonObject ApiGroup()
    {
        var group = GroupOnly();
        group["kind"] = "APIGroup";
        group["apiVersion"] = "v1";
        return group;
    }

    /// <summary><c>/apis/GROUP/VERSION</c>.</summary>
    public static JsonObject ResourceList() => new()
    {
        ["kind"] = "APIResourceList",
        ["apiVersion"] = "v1",
        ["groupVersion"] = GroupVersion,
        ["resources"] = new JsonArray([.. TrafficKind.All.SelectMany(k => (JsonNode[])[Resource(k.Plural, k, "get", "list"), Resource($"{k.Plural}/edges", k, "get")])]),
    };

    /// <summary>One object.</summary>
    public static JsonObject Object(TrafficItem item, DateTimeOffset at, TimeSpan window)
    {
        var json = new JsonObject
        {
            ["kind"] = "TrafficMetrics",
            ["apiVersion"] = GroupVersion,
            ["metadata"] = Metadata(item.Resource, at),
            ["resource"] = Reference(item.Resource),
            ["edge"] = new JsonObject { ["direction"] = item.IsSent ? "to" : "from", ["side"] = "client", ["resource"] = item.Peer is { } peer ? Reference(peer) : new JsonObject() },
            ["timestamp"] = Time(at),
            ["window"] = Duration(window),
        };
        if (item.Backend is { } backend)
        {
            json["backend"] = new JsonObject { ["apex"] = backend.Apex, ["name"] = backend.Name, ["weight"] = backend.Weight };
        }

        json["metrics"] = new JsonArray(Metric("success_count", item.Counts.Succeeded), Metric("failure_count", item.Counts.Failed));
        return json;
    }

    /// <summary>A list; its <c>resource</c> says what was asked for.</summary>
    public static JsonObject List(TrafficMetricsQuery query, IEnumerable<TrafficItem> items, DateTimeOffset at, TimeSpan window) => new()
    {
        ["kind"] = "TrafficMetricsList",
        ["apiVersion"] = GroupVersion,
        ["metadata"] = new JsonObject(),
        ["resource"] = Reference(new ResourceRef(query.Kind.Kind, query.Namespace, query.Name)),
        ["items"] = new JsonArray([.. items.Select(i => Object(i, at, window))]),
    };

    /// <summary>What a Kubernetes client understands as an error.</summary>
    public static JsonObject Failure(int code, string reason, string message) => new()
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject(),
        ["status"] = "Failure",
        ["message"] = message,
        ["reason"] = reason,
        ["code"] = code,
    };

    /// <summary>In the form of Go: <c>30s</c>, <c>1m30s</c>.</summary>
    public static string Duration(TimeSpan time)
    {
        var seconds = (time.TotalSeconds % 60).ToString("0.###", CultureInfo.InvariantCulture) + "s";
        var minutes = (int)time.TotalMinutes % 60;
        var hours = (int)time.TotalHours;
        return hours > 0 ? $"{hours}h{minutes}m{seconds}" : minutes > 0 ? $"{minutes}m{seconds}" : seconds;
    }

    private static JsonObject GroupOnly() => new()
    {
        ["name"] = Group,
        ["versions"] = new JsonArray(VersionEntry()),
        ["preferredVersion"] = VersionEntry(),
    };

    private static JsonObject VersionEntry() => new() { ["groupVersion"] = GroupVersion, ["version"] = Version };

    private static JsonObject Resource(string name, TrafficKind kind, params string[] verbs) => new()
    {
        ["name"] = name,
        ["singularName"] = "",
        ["namespaced"] = kind.IsNamespaced,
        ["kind"] = verbs.Length == 1 ? "TrafficMetricsList" : "TrafficMetrics",
        ["verbs"] = new JsonArray([.. verbs.Select(v => JsonValue.Create(v))]),
    };

    private static JsonObject Metadata(ResourceRef resource, DateTimeOffset at)
    {
        var json = new JsonObject { ["name"] = resource.Name };
        if (resource.Namespace.Length > 0)
        {
            json["namespace"] = resource.Namespace;
        }

        json["creationTimestamp"] = Time(at);
        return json;
    }

    private static JsonObject Reference(ResourceRef resource)
    {
        var json = new JsonObject { ["kind"] = resource.Kind };
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[("namespace", resource.Namespace), ("name", resource.Name)])
        {
            if (value.Length > 0)
            {
                json[name] = value;
            }
        }

        return json;
    }

    // A Kubernetes quantity is written as text.
    private static JsonObject Metric(string name, double value) =>
        new() { ["name"] = name, ["value"] = Math.Round(value).ToString("0", CultureInfo.InvariantCulture) };

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
