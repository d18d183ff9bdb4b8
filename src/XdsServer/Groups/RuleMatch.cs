using Envoy.Config.Core.V3;
using XdsServer.Options;

namespace XdsServer.Groups;

/// <summary>Whether a node looks like a rule says.</summary>
internal static class RuleMatch
{
    /// <summary>Every pattern of the rule fits; a rule without patterns fits every node.</summary>
    public static bool Fits(GroupRule rule, Node node) =>
        Fits(rule.Id, node.Id)
        && Fits(rule.Cluster, node.Cluster)
        && Fits(rule.Region, node.Locality?.Region ?? "")
        && Fits(rule.Zone, node.Locality?.Zone ?? "")
        && rule.Metadata.All(m => NodeMetadata.Text(node, m.Key) is { } value && Glob.Fits(m.Value, value));

    private static bool Fits(string? pattern, string text) => pattern is null || Glob.Fits(pattern, text);
}
