using System.Globalization;
using Envoy.Config.Core.V3;
using Envoy.Config.Route.V3;
using Envoy.Type.V3;
using XdsServer.Model;
using XdsServer.Translators.Layers;
using RouteMatch = Envoy.Config.Route.V3.RouteMatch;

namespace XdsServer.Translators.Routes;

/// <summary>A rule, and the port that requests come for.</summary>
internal readonly record struct RuleInputs(MeshRoute Route, int Index, RouteRule Rule, ServicePort Port, TimeSpan DefaultTimeout)
{
    /// <summary>Which of the author's matches this is, where each is translated for itself.</summary>
    public int? Match { get; init; }

    public string Field => string.Create(CultureInfo.InvariantCulture, $"rules[{Index}]");

    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Route.Namespace}/{Route.Ref.Name}/{(Rule.Name.Length > 0 ? Rule.Name : $"{Index}")}");
}

/// <summary>One rule of a mesh route as Envoy routes: one for each match, since Envoy has no "or" within a route.</summary>
internal static class RuleTranslator
{
    // Envoy draws one random number for a request and uses it for this fraction and for the choice among weighted clusters. Out of a
    // million, what is left after the fraction is still spread evenly over the weights; out of a hundred it would not be.
    private const uint Million = 1_000_000;

    /// <summary>In the order of the matches.</summary>
    public static IEnumerable<Route> Translate(RuleInputs inputs, BackendTranslator backends, LayerBuilder builder)
    {
        var split = backends.Resolve(inputs);
        foreach (var match in Matches(inputs, builder))
        {
            if (split.MissingWeight > 0 && split.PresentWeight > 0)
            {
                yield return Failing(inputs, WithFraction(match, split));
            }

            yield return split.PresentWeight == 0 ? Failing(inputs, match) : Routed(inputs, match, split, builder);
        }
    }

    private static IEnumerable<RouteMatch> Matches(RuleInputs inputs, LayerBuilder builder)
    {
        if (inputs.Rule.Matches.IsEmpty)
        {
            return [RouteParts.Everything()];
        }

        var translated = inputs.Rule.Matches.Select((m, i) =>
            MatchTranslator.Translate(m, inputs.Route, string.Create(CultureInfo.InvariantCulture, $"{inputs.Field}.matches[{inputs.Match ?? i}]"), builder));
        return translated.OfType<RouteMatch>();
    }

    private static Route Failing(RuleInputs inputs, RouteMatch match) => new()
    {
        Name = inputs.Name,
        Match = match,
        DirectResponse = RouteParts.Respond(503, "No backend takes this request.\n"),
    };

    private static RouteMatch WithFraction(RouteMatch match, BackendSplit split)
    {
        var copy = match.Clone();
        copy.RuntimeFraction = new RuntimeFractionalPercent
        {
            DefaultValue = new FractionalPercent
            {
                Numerator = (uint)(split.MissingWeight * Million / (split.MissingWeight + split.PresentWeight)),
                Denominator = FractionalPercent.Types.DenominatorType.Million,
            },
        };
        return copy;
    }

    private static Route Routed(RuleInputs inputs, RouteMatch match, BackendSplit split, LayerBuilder builder)
    {
        var action = RouteParts.Action(inputs.Port.Protocol, inputs.Rule.RequestTimeout, inputs.DefaultTimeout);
        if (split.Clusters is [var only])
        {
            action.Cluster = only.Name;
        }
        else
        {
            action.WeightedClusters = new WeightedCluster();
            action.WeightedClusters.Clusters.AddRange(split.Clusters.Select(c => new WeightedCluster.Types.ClusterWeight { Name = c.Name, Weight = c.Weight }));
        }

        if (inputs.Rule.Retry is { } retry)
        {
            action.RetryPolicy = RetryPolicies.Translate(retry, word => builder.Report(Problems.UnknownRetryCondition(inputs.Route, $"{inputs.Field}.retry", word)));
        }

        return new Route { Name = inputs.Name, Match = match, Route_ = action };
    }
}
