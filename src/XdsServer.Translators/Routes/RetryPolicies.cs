using System.Collections.Frozen;
using Envoy.Config.Core.V3;
using Envoy.Extensions.Retry.Host.PreviousHosts.V3;
using Google.Protobuf.WellKnownTypes;
using EnvoyRetryPolicy = Envoy.Config.Route.V3.RetryPolicy;
using RetryPolicy = XdsServer.Model.RetryPolicy;

namespace XdsServer.Translators.Routes;

/// <summary>When and how often requests are tried again.</summary>
internal static class RetryPolicies
{
    // Only what never reached an application: nothing is done twice.
    private const string SafeConditions = "connect-failure,refused-stream,reset-before-request";

    private static readonly FrozenSet<string> Conditions = FrozenSet.ToFrozenSet(
        [
            "5xx", "gateway-error", "reset", "reset-before-request", "connect-failure", "envoy-ratelimited", "retriable-4xx", "refused-stream",
            "retriable-status-codes", "retriable-headers", "http3-post-connect-failure",
            "cancelled", "deadline-exceeded", "internal", "resource-exhausted", "unavailable",
        ],
        StringComparer.Ordinal);

    /// <summary>Two more tries, on other hosts, of requests that no application has seen.</summary>
    public static EnvoyRetryPolicy Default() => Create(SafeConditions, 2, null);

    /// <summary>What a route asks for; unknown conditions are handed to <paramref name="onUnknown"/> and left out.</summary>
    public static EnvoyRetryPolicy Translate(RetryPolicy policy, Action<string> onUnknown)
    {
        var words = policy.RetryOn.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (var word in words.Where(w => !Conditions.Contains(w)))
        {
            onUnknown(word);
        }

        var known = string.Join(',', words.Where(Conditions.Contains));
        return policy.Attempts <= 0
            ? new EnvoyRetryPolicy { NumRetries = 0 }
            : Create(words.Length == 0 ? SafeConditions : known, (uint)policy.Attempts, policy.PerTryTimeout);
    }

    private static EnvoyRetryPolicy Create(string conditions, uint attempts, TimeSpan? perTryTimeout)
    {
        var policy = new EnvoyRetryPolicy
        {
            RetryOn = conditions,
            NumRetries = attempts,
            HostSelectionRetryMaxAttempts = 5,
            RetryHostPredicate =
            {
                new EnvoyRetryPolicy.Types.RetryHostPredicate
                {
                    Name = "envoy.retry_host_predicates.previous_hosts",
                    TypedConfig = Any.Pack(new PreviousHostsPredicate()),
                },
            },
        };
        if (perTryTimeout is { } timeout && timeout > TimeSpan.Zero)
        {
            policy.PerTryTimeout = Duration.FromTimeSpan(timeout);
        }

        return policy;
    }
}
