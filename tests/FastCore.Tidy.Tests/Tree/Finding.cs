namespace FastCore.Tidy.Tests.Tree;

/// <summary>One place that breaks a rule.</summary>
internal sealed record Finding(string Path, int Line, string Rule, string What)
{
    public override string ToString() => $"{Path}({Line}): {Rule}: {What}";
}
