using System.Globalization;
using XdsServer.Numbers;

// Prints the figures of docs/performance.md that do not need the load generator. Everything but the pipeline is measured at the running program, from outside.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (Arguments.Parse(args) is not { } arguments)
{
    await Console.Error.WriteLineAsync("usage: XdsServer.Numbers [--server PROGRAM] [start] [propagation] [load] [endpoint] [pipeline] [splits] [clients] [kills] [workloads] [soak]");
    return 2;
}

using var stopping = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stopping.Cancel();
};
await Console.Out.WriteLineAsync(Machine.Describe(arguments.Program));
foreach (var (name, measure) in Sections.All)
{
    if (arguments.Wants(name))
    {
        await foreach (var line in measure(arguments.Program, stopping.Token))
        {
            await Console.Out.WriteLineAsync(line);
        }
    }
}

return 0;

namespace XdsServer.Numbers
{
    /// <summary>Which program, and which sections; none named means all but the soak.</summary>
    internal sealed record Arguments(string Program, IReadOnlyList<string> Names)
    {
        public bool Wants(string section) => Names.Count == 0 ? section != "soak" : Names.Contains(section);

        public static Arguments? Parse(string[] args)
        {
            var at = Array.IndexOf(args, "--server");
            if (at == args.Length - 1)
            {
                return null;
            }

            var names = args.Where((_, i) => at < 0 || (i != at && i != at + 1)).ToList();
            var program = at >= 0 ? args[at + 1] : ServerProcess.BuiltBesideThis();
            return names.TrueForAll(n => Sections.All.Any(s => s.Name == n)) && File.Exists(program) ? new Arguments(program, names) : null;
        }
    }
}
