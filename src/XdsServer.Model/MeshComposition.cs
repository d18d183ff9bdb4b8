using System.Collections.Immutable;
using XdsServer.Model.Smi;

namespace XdsServer.Model;

/// <summary>
/// One run of <see cref="MeshModel.Compose"/>: merges the fragments list by list, then checks what only shows when all are together.
/// </summary>
internal sealed class MeshComposition(IReadOnlyList<MeshFragment> fragments, MeshModel? previous)
{
    private readonly List<Diagnostic> _diagnostics = [];

    /// <summary>The model.</summary>
    public MeshModel Compose()
    {
        var config = ChooseConfig();
        var virtualRoots = VirtualRoots.Of(fragments, config.ClusterDomain, previous);
        ImmutableArray<MeshFragment> all = virtualRoots.IsEmpty ? [.. fragments] : [.. fragments, Virtual(virtualRoots)];
        var merge = ServiceMerge.Of(all, previous);
        var services = merge.Services.Items;
        _diagnostics.AddRange(merge.Diagnostics);
        var gateways = KeepList(MergeByKey(fragment => fragment.Gateways, gateway => gateway.Key), previous?.Gateways);
        var secrets = KeepList(MergeByKey(fragment => fragment.Secrets, secret => secret.Key), previous?.Secrets);
        var smi = SmiComposition.Compose(SmiInputsFor(config), services.Select(entry => entry.Service), merge.KeepsServices, previous?.Smi);
        _diagnostics.AddRange(smi.Diagnostics);
        var model = new MeshModel
        {
            Config = config,
            Services = services,
            ServicesByKey = merge.Services,
            Routes = KeepList(Concatenate(fragment => fragment.Routes, smi.Splits.Select(split => split.Route).OfType<MeshRoute>()), previous?.Routes),
            Smi = smi,
            Gateways = gateways,
            Secrets = secrets,
            EnvoyResources = KeepList(Concatenate(fragment => fragment.EnvoyResources, []), previous?.EnvoyResources),
        };
        var ofServices = merge.KeepsServices && previous?.Origin is { } origin ? origin.OfServices : [.. ModelChecks.OfServices(model)];
        _diagnostics.AddRange(ofServices);
        ModelChecks.OfReferences(model, _diagnostics);
        return model.With(merge.Services, new ModelOrigin([.. fragments], all, merge.Diagnostics, ofServices, [.. _diagnostics]), ModelDiagnostics.Sort(fragments, _diagnostics));
    }

    private MeshConfig ChooseConfig()
    {
        var configs = fragments.SelectMany(fragment => fragment.Configs).ToList();
        if (configs.Count == 0)
        {
            return MeshConfig.Default;
        }

        // What is in force stays in force: a second one must not take over because its name sorts first.
        var chosen = configs.Find(config => previous is not null && config.Ref == previous.Config.Ref) ?? configs[0];
        foreach (var other in configs.Where(config => !ReferenceEquals(config, chosen)))
        {
            _diagnostics.Add(ModelDiagnostics.SecondConfig(other, chosen));
        }

        return chosen;
    }

    // The last of the sources: a service that somebody wrote always wins.
    private static MeshFragment Virtual(ImmutableArray<MeshService> roots) => new() { Source = "splits", IsSynced = true, Services = roots };

    private SmiInputs SmiInputsFor(MeshConfig config) => new(
        Unique(fragment => fragment.Splits, split => split.Key),
        Unique(fragment => fragment.RouteGroups, group => group.Key),
        Unique(fragment => fragment.PortRoutes, route => (route.Key, route.IsUdp)),
        Unique(fragment => fragment.TrafficTargets, target => target.Key),
        config.ClusterDomain);

    /// <summary>The same for objects whose list is sorted and unique in each source: that of the only source is taken as it is.</summary>
    private ImmutableArray<T> Unique<T, TKey>(Func<MeshFragment, ImmutableArray<T>> list, Func<T, TKey> key)
        where T : MeshObject
        where TKey : notnull
    {
        var lists = fragments.Select(list).Where(items => !items.IsEmpty).ToList();
        if (lists.Count <= 1)
        {
            return lists.Count == 0 ? [] : lists[0];
        }

        var first = new Dictionary<TKey, T>();
        foreach (var item in lists.SelectMany(items => items))
        {
            if (!first.TryAdd(key(item), item))
            {
                _diagnostics.Add(ModelDiagnostics.Duplicate(item, first[key(item)]));
            }
        }

        return [.. first.Values.OrderBy(item => item.Ref)];
    }

    private ImmutableArray<T> MergeByKey<T>(Func<MeshFragment, ImmutableArray<T>> list, Func<T, ServiceKey> key)
        where T : MeshObject
    {
        var merged = new SortedDictionary<ServiceKey, T>();
        foreach (var item in fragments.SelectMany(fragment => list(fragment)))
        {
            if (!merged.TryAdd(key(item), item))
            {
                _diagnostics.Add(ModelDiagnostics.Duplicate(item, merged[key(item)]));
            }
        }

        return [.. merged.Values];
    }

    private ImmutableArray<T> Concatenate<T>(Func<MeshFragment, ImmutableArray<T>> list, IEnumerable<T> more)
        where T : MeshObject => [.. fragments.SelectMany(fragment => list(fragment)).Concat(more).OrderBy(item => item.Ref)];

    /// <summary>The list from before when it holds the same instances, so that equality of lists is a comparison of references too.</summary>
    internal static ImmutableArray<T> KeepList<T>(ImmutableArray<T> now, ImmutableArray<T>? before)
        where T : class
    {
        if (before is not { } old || old.Length != now.Length)
        {
            return now;
        }

        for (var i = 0; i < now.Length; i++)
        {
            if (!ReferenceEquals(now[i], old[i]))
            {
                return now;
            }
        }

        return old;
    }
}
