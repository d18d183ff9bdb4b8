using System.Collections.Concurrent;
using XdsServer.Tests.Integration.Harness;

namespace XdsServer.Tests.Integration.Smi;

/// <summary>Who answered how many of a number of requests.</summary>
internal sealed class Shares
{
    private const int Workers = 16;

    // A fair coin leaves these bounds once in two million runs.
    private const double Deviations = 5;

    private readonly ConcurrentDictionary<string, int> _answers = new(StringComparer.Ordinal);

    /// <summary>All who answered: a body, or the status of what was no success.</summary>
    public IReadOnlyDictionary<string, int> Answers => _answers;

    /// <summary>What somebody else has counted.</summary>
    public static Shares Of(IReadOnlyDictionary<string, int> answers)
    {
        var shares = new Shares();
        foreach (var (name, count) in answers)
        {
            shares._answers[name] = count;
        }

        return shares;
    }

    /// <summary>Sends GET requests to a proxy's port.</summary>
    public static async Task<Shares> OfRequestsAsync(int port, string host, int count, string path = "/", params (string Name, string Value)[] headers) =>
        Of(await ManyRequests.SendAsync(port, [.. Enumerable.Repeat(ManyRequests.Of(host, path, headers), count)]));

    private static Shares Of(IEnumerable<string> answers) => Of(answers.CountBy(a => a, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal));

    /// <summary>Asks that often, some at a time.</summary>
    public static async Task<Shares> CountAsync(int count, Func<CancellationToken, Task<string>> ask)
    {
        var shares = new Shares();
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = Workers }, async (_, stop) =>
            shares._answers.AddOrUpdate(await ask(stop), 1, (_, n) => n + 1));
        return shares;
    }

    /// <summary>Fails unless these, and nobody else, answered in this proportion, as far as chance allows; 0: not once.</summary>
    public void ShouldBe(params (string Name, int Weight)[] expected)
    {
        var (total, weights) = (_answers.Values.Sum(), (double)expected.Sum(e => e.Weight));
        _answers.Keys.Should().BeSubsetOf(expected.Select(e => e.Name));
        foreach (var (name, weight) in expected)
        {
            var share = weight / weights;
            var bound = Deviations * Math.Sqrt(total * share * (1 - share));
            ((double)_answers.GetValueOrDefault(name)).Should().BeInRange((total * share) - bound, (total * share) + bound, "{0} has {1} of {2}", name, weight, weights);
        }
    }
}
