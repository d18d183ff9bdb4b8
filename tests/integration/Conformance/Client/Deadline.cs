using System.Globalization;

namespace XdsServer.Tests.Integration.Conformance.Client;

/// <summary>
/// How long the suite waits for what must happen before it calls it missing: <c>XDS_CONFORMANCE_DEADLINE</c> seconds, 30 when
/// unset. It is a limit on waiting and not an expectation: a slow machine only makes the suite slower.
/// </summary>
internal static class Deadline
{
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(
        double.TryParse(Environment.GetEnvironmentVariable("XDS_CONFORMANCE_DEADLINE"), CultureInfo.InvariantCulture, out var seconds) ? seconds : 30);

    public static async Task<T> OfAsync<T>(Task<T> task, Func<string> complaint)
    {
        try
        {
            return await task.WaitAsync(Length);
        }
        catch (TimeoutException e)
        {
            throw new Xunit.Sdk.XunitException(string.Create(CultureInfo.InvariantCulture, $"Within {Length.TotalSeconds} s: {complaint()}"), e);
        }
    }
}
