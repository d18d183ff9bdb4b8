using System.Collections.Immutable;
using Google.Protobuf;
using XdsServer.Model;
using XdsServer.Translators.Resources;

namespace XdsServer.Translators.Layers;

/// <summary>Collects what one layer holds, and what had to be left out of it.</summary>
internal sealed class LayerBuilder
{
    private readonly ImmutableArray<Resource>.Builder _resources = ImmutableArray.CreateBuilder<Resource>();
    private readonly ImmutableArray<Diagnostic>.Builder _diagnostics = ImmutableArray.CreateBuilder<Diagnostic>();

    /// <summary>Adds a resource; what it refers to is read from the message.</summary>
    public void Add(ResourceType type, string name, IMessage message, params ImmutableArray<ObjectRef> origins) =>
        _resources.Add(Resource.Create(type, name, message, origins, ResourceReferences.Of(message)));

    /// <summary>Adds a resource that proxies drop when they hear nothing more of it for that long.</summary>
    public void Add(ResourceType type, string name, IMessage message, TimeSpan? ttl, ObjectRef origin)
    {
        var resource = Resource.Create(type, name, message, [origin], ResourceReferences.Of(message));
        _resources.Add(ttl is { } life ? resource.WithTtl(life) : resource);
    }

    /// <summary>Adds a resource as it is.</summary>
    public void Add(Resource resource) => _resources.Add(resource);

    /// <summary>Reports what was left out, or works otherwise than its author may think.</summary>
    public void Report(Diagnostic diagnostic) => _diagnostics.Add(diagnostic);

    /// <summary>What was collected.</summary>
    public LayerContent ToContent() => new(_resources.ToImmutable(), _diagnostics.ToImmutable());
}

/// <summary>What a layer holds and what was left out of it.</summary>
internal sealed record LayerContent(ImmutableArray<Resource> Resources, ImmutableArray<Diagnostic> Diagnostics);
