using System.Collections.Immutable;
using System.Text.Json;

namespace XdsServer.Model;

/// <summary>Raw Envoy resources and patches, for what the model has no words for. Content is protobuf JSON.</summary>
public sealed record EnvoyResource : MeshObject
{
    /// <summary>The object's namespace: it applies to proxies of this namespace, or to all when it is the mesh's root namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>Only proxies of this profile; empty: any.</summary>
    public string Profile { get; init; } = "";

    /// <summary>Only proxies of this service; empty: any.</summary>
    public string Service { get; init; } = "";

    /// <summary>Whole resources, each with its <c>@type</c>.</summary>
    public ImmutableArray<JsonElement> Resources { get; init; } = [];

    /// <summary>How long a proxy keeps <see cref="Resources"/> when it hears nothing more of them; null: for good.</summary>
    public TimeSpan? Ttl { get; init; }

    /// <summary>Changes to resources that the translators made.</summary>
    public ImmutableArray<EnvoyPatch> Patches { get; init; } = [];
}

/// <summary>One change to one resource.</summary>
public sealed record EnvoyPatch
{
    /// <summary>cluster, listener, route, endpoint.</summary>
    public required string TargetType { get; init; }

    /// <summary>The resource's name.</summary>
    public required string TargetName { get; init; }

    /// <summary>Protobuf JSON merged into the resource: messages field by field, lists and scalars replaced. Null: not a merge.</summary>
    public JsonElement? Merge { get; init; }

    /// <summary>An HTTP filter to insert; null: none.</summary>
    public JsonElement? HttpFilter { get; init; }

    /// <summary>The filter that it goes in front of.</summary>
    public string InsertBefore { get; init; } = "envoy.filters.http.router";
}
