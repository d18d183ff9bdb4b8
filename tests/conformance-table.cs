#:property PublishAot=false
// The table of docs/conformance.md, from result files of the conformance suite:
//
//   dotnet run tests/conformance-table.cs -- ours.trx linear.trx snapshot.trx
using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

var runs = args.Select(Read).ToList();
var subjects = runs.SelectMany(r => r.Select(t => t.Subject)).Distinct(StringComparer.Ordinal)
    .OrderBy(s => s.StartsWith("Rule", StringComparison.Ordinal)).ThenBy(s => int.Parse(s.Split(' ')[1], CultureInfo.InvariantCulture));
foreach (var subject in subjects)
{
    var sentences = runs[0].Where(t => t.Subject == subject).Select(t => t.Sentence).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
    Console.WriteLine($"| {subject} | {string.Join("; ", sentences)} | {string.Join(" | ", runs.Select(r => Verdict(r, subject)))} |");
}

static List<(string Subject, string Sentence, string Outcome)> Read(string file) =>
    [.. XDocument.Load(file).Descendants().Where(e => e.Name.LocalName == "UnitTestResult")
        .Select(e => Parse((string)e.Attribute("testName")!, (string)e.Attribute("outcome")!)).Where(t => t.Subject.Length > 0)];

static (string Subject, string Sentence, string Outcome) Parse(string name, string outcome)
{
    var match = Regex.Match(name, @"\.(?<subject>(Duty|Rule)_\d+)_(?<sentence>\w+)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
    return (match.Groups["subject"].Value.Replace('_', ' '), match.Groups["sentence"].Value.Replace('_', ' '), outcome);
}

static string Verdict(List<(string Subject, string Sentence, string Outcome)> run, string subject)
{
    var ran = run.Where(t => t.Subject == subject && t.Outcome != "NotExecuted").ToList();
    var failed = ran.Count(t => t.Outcome != "Passed");
    return ran.Count == 0 ? "n/a" : failed == 0 ? "passes" : $"**fails** {failed} of {ran.Count}";
}
