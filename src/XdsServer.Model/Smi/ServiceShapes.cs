using System.Collections.Immutable;

namespace XdsServer.Model.Smi;

/// <summary>What an object has to do with a service.</summary>
public enum ShapeRole
{
    /// <summary>It divides the service's traffic.</summary>
    Splits,

    /// <summary>It sends a share of another service's traffic here.</summary>
    SendsShare,

    /// <summary>It says who may ask the service's workloads for what.</summary>
    Allows,

    /// <summary>It would shape the service, but was left out.</summary>
    LeftOut,
}

/// <summary>One object that shapes a service, or would.</summary>
/// <param name="Object">The object.</param>
/// <param name="Role">What it has to do with the service.</param>
/// <param name="Effect">What it does, or why it was left out, in words.</param>
/// <param name="Through">The specifications that it refers to.</param>
public sealed record ServiceShape(ObjectRef Object, ShapeRole Role, string Effect, ImmutableArray<ObjectRef> Through)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Object}{(Through.IsEmpty ? "" : $" through {string.Join(", ", Through)}")}: {Effect}";
}

/// <summary>Why services get their traffic as they do: for people.</summary>
public static class ServiceShapes
{
    /// <summary>For each service that SMI objects shape: which, and how; splits in the order in which they are tried.</summary>
    public static ILookup<ServiceKey, ServiceShape> Of(MeshModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var splits = model.Smi.Splits.OrderBy(s => s.Route?.Order ?? int.MaxValue).SelectMany(OfSplit);
        return splits.Concat(OfAccess(model)).ToLookup(pair => pair.Service, pair => pair.Shape);
    }

    private static IEnumerable<(ServiceKey Service, ServiceShape Shape)> OfSplit(SplitOutcome outcome)
    {
        ImmutableArray<ObjectRef> through = [.. outcome.Groups.Select(g => g.Ref)];
        if (outcome.Root is not { } root)
        {
            return [];
        }

        if (outcome.Route is not { } route)
        {
            return [(root, new ServiceShape(outcome.Split.Ref, ShapeRole.LeftOut, string.Join(' ', outcome.Diagnostics.Select(d => d.Message)), through))];
        }

        var backends = route.Rules[0].Backends;
        var which = outcome.Groups.IsEmpty ? "requests" : "matching requests";
        var own = new ServiceShape(outcome.Split.Ref, ShapeRole.Splits, $"{which} go to {string.Join(", ", backends.Select(b => $"{b.Service} {b.Weight}"))}", through);
        var sum = backends.Sum(b => (long)b.Weight);
        return backends
            .Where(b => b.Service != root)
            .Select(b => (b.Service, new ServiceShape(outcome.Split.Ref, ShapeRole.SendsShare, $"{b.Weight} of {sum} {which} for {root}", through)))
            .Prepend((root, own));
    }

    private static IEnumerable<(ServiceKey Service, ServiceShape Shape)> OfAccess(MeshModel model)
    {
        var rules = model.Smi.AccessRules.ToLookup(r => r.Destination);
        return rules.Count == 0 ? [] : model.Services
            .Where(e => e.Service.ServiceAccount.Length > 0)
            .SelectMany(e => rules[new ServiceAccount(e.Service.Key.Namespace, e.Service.ServiceAccount)].Select(r => (e.Service.Key, ShapeOf(r))));
    }

    private static ServiceShape ShapeOf(AccessRule rule) => new(
        rule.Ref,
        ShapeRole.Allows,
        rule.Grants.IsEmpty ? "nothing" : $"{string.Join(", ", rule.Sources)} may send {string.Join(" and ", rule.Grants.Select(Text))}; not enforced yet",
        rule.Origins);

    private static string Text(AccessGrant grant) =>
        $"{grant.Transport.ToString().ToUpperInvariant()} to {(grant.Ports.IsEmpty ? "any port" : $"port {string.Join(", ", grant.Ports)}")}";
}
