using Spectre.Console;
using XdsServer.Model;

namespace XdsServer.Cli;

/// <summary>Text for people: colored on a terminal, plain everywhere else, so that output can be piped and compared.</summary>
internal sealed class Terminal(TextWriter writer)
{
    private readonly IAnsiConsole? _console = IsTerminal(writer) ? AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) }) : null;

    /// <summary>One line.</summary>
    public void Line(string text) => writer.WriteLine(text);

    /// <summary>One diagnostic: what is wrong on the first line; on a terminal the remedy on a second one.</summary>
    public void Show(Diagnostic diagnostic)
    {
        var plain = diagnostic.ToString();
        if (_console is null)
        {
            writer.WriteLine(plain);
            return;
        }

        var severity = diagnostic.Severity.ToString().ToLowerInvariant();
        var at = diagnostic.Location is null ? 0 : plain.IndexOf(severity, StringComparison.Ordinal);
        var rest = plain[(at + severity.Length)..^diagnostic.Remedy.Length].TrimEnd();
        _console.MarkupLine($"[grey]{Markup.Escape(plain[..at])}[/][{ColorOf(diagnostic.Severity)}]{severity}[/]{Markup.Escape(rest)}");
        _console.MarkupLine($"  [green]→[/] {Markup.Escape(diagnostic.Remedy)}");
    }

    /// <summary>Something that the command cannot go on after.</summary>
    public void Error(string text)
    {
        if (_console is null)
        {
            writer.WriteLine($"error: {text}");
        }
        else
        {
            _console.MarkupLine($"[red]error:[/] {Markup.Escape(text)}");
        }
    }

    /// <summary>A heading, bold on a terminal.</summary>
    public void Heading(string text)
    {
        if (_console is null)
        {
            writer.WriteLine(text);
        }
        else
        {
            _console.MarkupLine($"[bold]{Markup.Escape(text)}[/]");
        }
    }

    private static string ColorOf(Severity severity) => severity switch
    {
        Severity.Error => "red",
        Severity.Warning => "yellow",
        _ => "blue",
    };

    private static bool IsTerminal(TextWriter writer) =>
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && ((ReferenceEquals(writer, Console.Out) && !Console.IsOutputRedirected) || (ReferenceEquals(writer, Console.Error) && !Console.IsErrorRedirected));
}
