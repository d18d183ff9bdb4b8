namespace XdsServer.Tests.Integration.Conformance;

/// <summary>A test of what the control contract cannot ask of another server; the reason says why.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OursFactAttribute : FactAttribute
{
    public OursFactAttribute(string because)
    {
        Because = because;
        Skip = ConformanceTarget.ForeignServer is null ? null : because;
    }

    public string Because { get; }
}

/// <summary>A theory about what the control contract cannot ask of another server; the reason says why.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OursTheoryAttribute : TheoryAttribute
{
    public OursTheoryAttribute(string because)
    {
        Because = because;
        Skip = ConformanceTarget.ForeignServer is null ? null : because;
    }

    public string Because { get; }
}

/// <summary>Why a duty cannot be asked of another server.</summary>
internal static class NotInContract
{
    public const string Types = "the control contract knows clusters and load assignments only";
    public const string OneType = "the control contract asks for the aggregated service only";
    public const string Rest = "the control contract has no REST port";
    public const string Nodes = "the control contract serves one world to every node";
    public const string Status = "the control contract shows no stream status";
    public const string Lifecycle = "the control contract cannot stop, delay or break the server in an orderly way";
    public const string Atomic = "the control contract changes one type at a time";
    public const string Versions = "how a foreign server makes its versions is its own affair";
}
