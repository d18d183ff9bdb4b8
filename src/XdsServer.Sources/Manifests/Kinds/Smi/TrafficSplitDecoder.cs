using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Model.Smi;

namespace XdsServer.Sources.Manifests.Kinds.Smi;

/// <summary>SMI's <c>TrafficSplit</c>, v1alpha1 to v1alpha4. One unusable backend makes the whole split unusable: without it the others would get more.</summary>
internal static class TrafficSplitDecoder
{
    /// <summary>The split; nothing when a part of it is unusable.</summary>
    public static ImmutableArray<MeshObject> Decode(ManifestObject manifest)
    {
        if (manifest.Root.Object("spec") is not { } spec)
        {
            manifest.Root.RequirePresent("spec", "Write the split's service and backends in 'spec'.");
            return [];
        }

        var root = spec.RequiredText("service", "Name the service whose traffic is split.");
        var backends = Backends(spec, manifest.Version);
        var groups = Groups(spec);
        spec.RefuseUnknown();
        if (root is not { } service || !SmiNames.IsService(service, spec.Context) || backends is not { } shares || groups is not { } names)
        {
            return [];
        }

        return
        [
            new TrafficSplit
            {
                Ref = manifest.Ref,
                Location = manifest.Location,
                Revision = manifest.StartHash().Add(manifest.Version).Add(manifest.Created?.ToString("O") ?? "").Add(spec.Node).ToString(),
                Key = manifest.Key,
                Root = service.Value.TrimEnd('.'),
                Backends = shares,
                Groups = names,
                Created = manifest.Created,
            },
        ];
    }

    private static ImmutableArray<SplitBackend>? Backends(FieldReader spec, string version)
    {
        var read = new List<(string Service, long Nanos)>();
        var isWhole = true;
        foreach (var item in spec.Items("backends"))
        {
            var backend = spec.AsObject(item.Value, item.Path) is { } reader ? Backend(reader, version) : null;
            isWhole &= backend is not null;
            if (backend is { } share)
            {
                Add(read, share, item, spec.Context);
            }
        }

        if (isWhole && read.Count == 0 && spec.Node.Find("backends") is null or Nodes.ListNode)
        {
            spec.Missing("backends", "Name at least one backend: '- {service: web-v1, weight: 100}'.");
        }

        return isWhole && read.Count > 0 ? Whole(read, spec) : null;
    }

    private static ImmutableArray<SplitBackend> Whole(List<(string Service, long Nanos)> read, FieldReader spec)
    {
        if (read.TrueForAll(b => b.Nanos == 0))
        {
            spec.Context.Warn(Codes.NoWeight, spec.Path.Field("backends"), spec.At, "All weights are 0, so nobody takes the requests: they fail with 503.", "Give one backend a weight above 0, or remove the split.");
        }

        var weights = SplitWeights.ToWhole([.. read.Select(b => b.Nanos)]);
        return [.. read.Select((b, i) => new SplitBackend(b.Service, weights[i]))];
    }

    private static (string Service, long Nanos)? Backend(FieldReader backend, string version)
    {
        var service = backend.RequiredText("service", "Name the service that gets this share.");
        var weight = SplitWeights.Read(backend, version);
        backend.RefuseUnknown();
        return service is { } name && SmiNames.IsService(name, backend.Context) && weight is { } nanos ? (name.Value.TrimEnd('.'), nanos) : null;
    }

    // Twice the same backend is the same share as once with the sum.
    private static void Add(List<(string Service, long Nanos)> read, (string Service, long Nanos) share, Placed<Nodes.ManifestNode> item, DecodeContext context)
    {
        var twin = read.FindIndex(b => b.Service == share.Service);
        if (twin < 0)
        {
            read.Add(share);
            return;
        }

        read[twin] = (share.Service, read[twin].Nanos + share.Nanos);
        context.Warn(Codes.BackendTwice, item.Path, item.At, $"The backend '{share.Service}' is there twice; its weights are added.", "Write it once.");
    }

    // A reference that cannot be read must not turn a split of some requests into one of all.
    private static ImmutableArray<string>? Groups(FieldReader spec)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        var isWhole = true;
        foreach (var item in spec.Items("matches"))
        {
            var name = spec.AsObject(item.Value, item.Path) is { } reader ? SmiReferences.Read(reader, [SmiReferences.RouteGroup])?.Name : null;
            isWhole &= name is not null;
            names.Add(name ?? "");
        }

        return isWhole && spec.Node.Find("matches") is null or Nodes.ListNode ? [.. names.Distinct(StringComparer.Ordinal)] : null;
    }
}
