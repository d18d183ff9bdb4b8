#:property PublishAot=false
// The table of docs/conformance.md, from result files of the conformance suite:
//   dotnet run tests/conformance-table.cs -- ours.trx linear.trx snapshot.trx
using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

var runs = args.Select(Read).ToList();
var subjects = runs.SelectMany(r => r.Select(t => t.Subject)).Distinct().OrderBy(s => s.StartsWith("Rule", StringComparison.Ordinal)).ThenBy(Number);
foreach (var subject in subjects)
{
    var tests = runs[0].Where(t => t.Subject == subject).Select(t => t.Sentence).Distinct().Order(StringComparer.Ordinal);
    Console.WriteLine($"| {subject.Replace('_', ' ')} | {string.Join("; ", tests)} | {string.Join(" | ", runs.Select(r => Verdict(r, subject)))} |");
}

static List<Test> Read(string file) =>
    [.. XDocument.Load(file).Descendants().Where(e => e.Name.LocalName == "UnitTestResult").Select(e => Test.Parse((string)e.Attribute("testName")!, (string)e.Attribute("outcome")!))];

static int Number(string subject) => int.Parse(subject.Split('_')[1], CultureInfo.InvariantCulture);

static string Verdict(List<Test> run, string subject)
{
    var ran = run.Where(t => t.Subject == subject && t.Outcome != "NotExecuted").ToList();
    var failed = ran.Count(t => t.Outcome != "Passed");
    return ran.Count == 0 ? "n/a" : failed == 0 ? "passes" : $"**fails** {failed} of {ran.Count}";
}

internal sealed record Test(string Subject, string Sentence, string Outcome)
{
    public static Test Parse(string name, string outcome)
    {
        var match = Regex.Match(name, @"\.(?<subject>(Duty|Rule)_\d+)_(?<sentence>\w+)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        return new Test(match.Groups["subject"].Value, match.Groups["sentence"].Value.Replace('_', ' '), outcome);
    }
}
