using System.Reflection;
using FastCore.Engine.Ports;
using FastCore.Protocol;
using FastCore.Testing;
using FastCore.Tidy.Tests.Rules;
using FastCore.Tidy.Tests.Tree;
using Xunit;

namespace FastCore.Tidy.Tests;

/// <summary>The repository obeys its rules.</summary>
public sealed class TreeTests
{
    /// <summary>
    /// Places where a rule does not hold, each with its reason. One that is no longer needed must go.
    /// </summary>
    private static readonly (string Rule, string Path, string Reason)[] Exceptions = [];

    /// <summary>Files longer than allowed, with their length. Numbers only fall.</summary>
    private static readonly Dictionary<string, int> LongFiles = [];

    public static TheoryData<string> SourceRuleNames => [.. SourceRules.All.Keys];

    [Theory]
    [MemberData(nameof(SourceRuleNames))]
    public void EveryFile_Obeys(string rule)
    {
        List<Finding> findings =
            Repository.Files.Where(file => file.IsCSharp).SelectMany(SourceRules.All[rule]).ToList();
        Fail(findings.Where(finding => !Exceptions.Any(e => e.Rule == rule && Covers(e.Path, finding.Path))));
        Assert.All(
            Exceptions.Where(exception => exception.Rule == rule),
            exception => Assert.Contains(findings, finding => Covers(exception.Path, finding.Path)));
    }

    [Fact]
    public void References_AreTheArrowsOfTheArchitecture()
    {
        Dictionary<string, List<string>> arrows = ProjectRules.Arrows(Repository.TextOf("docs/ARCHITECTURE.md"));
        Assert.True(arrows.Count >= 8);
        Fail(ProjectRules.CheckReferences(Repository.Projects, arrows));
    }

    [Fact]
    public void Pointers_AreWhereTheyBelong() => Fail(ProjectRules.CheckUnsafe(Repository.Projects));

    [Fact]
    public void Packages_HaveOneOwner() => Fail(ProjectRules.CheckPackages(Repository.Projects));

    [Fact]
    public void Solution_HoldsEveryProject() =>
        Fail(ProjectRules.CheckSolution(Repository.Projects, Repository.TextOf("FastCore.sln")));

    [Fact]
    public void Files_AreShort() => Fail(TextRules.Lengths(Repository.Files, LongFiles));

    [Fact]
    public void NoFile_NamesAMachine() => Fail(Repository.Files.SelectMany(TextRules.MachinePaths));

    [Fact]
    public void TheFilesEveryReaderLooksFor_Exist() => Fail(TextRules.RequiredFiles(
        Repository.Files, "LICENSE", "CHANGELOG.md", "docs/ARCHITECTURE.md", ".ci/run", "FastCore.sln"));

    [Fact]
    public void EveryByteOfAWireOrJournalStruct_IsInExactlyOneField()
    {
        List<Type> structs =
        [
            .. LayoutRules.ByteStructs(typeof(Operation).Assembly),
            .. LayoutRules.ByteStructs(typeof(CommandHeader).Assembly).Where(IsStored),
            .. LayoutRules.ByteStructs(Assembly.Load("FastCore.Storage")),
        ];
        Assert.Contains(typeof(FrameHeader), structs);
        Assert.Contains(typeof(BookPrefix), structs);
        Assert.Contains(typeof(CommandHeader), structs);
        Assert.True(structs.Count > 20, $"only {structs.Count} structs were found");
        Assert.Empty(structs.SelectMany(LayoutRules.Check));
    }

    [Fact]
    public void EveryStructThatAnOperationCarries_IsAWireStruct()
    {
        IEnumerable<Type> structs = WireStructs.Bodies.Values
            .SelectMany(pair => new[] { pair.Element, pair.Result })
            .Where(type => type.Assembly == typeof(Operation).Assembly);
        Assert.Empty(structs.Distinct().SelectMany(LayoutRules.Check));
    }

    [Fact]
    public void OperationTable_AgreesWithStructsAndLimits() => Assert.Empty(OperationRules.Check(OperationTable.All));

    [Fact]
    public void Limits_FitTogether()
    {
        Assert.Equal(Limits.FrameHeaderSize, WireStructs.SizeOf(typeof(FrameHeader)));
        Assert.True(Limits.RequestFrameSizeMax == Limits.FrameHeaderSize + Limits.RequestBodySizeMax);
        Assert.True(Limits.HelloFrameSizeMax > Limits.FrameHeaderSize);
        Assert.True(Limits.HelloFrameSizeMax <= Limits.RequestFrameSizeMax);
        Assert.Equal(0UL, Limits.BookMax >> 56);
        Assert.Equal(
            Limits.ElementSizeMax, WireStructs.Public.Max(shape => Math.Max(shape.ElementSize, shape.ResultSize)));
    }

    // An exception names a file, or a folder with a slash at its end.
    private static bool Covers(string exception, string path) =>
        exception == path || (exception.EndsWith('/') && path.StartsWith(exception, StringComparison.Ordinal));

    // What travels in rings only may have gaps: it never leaves the process.
    private static bool IsStored(Type type) => type.Namespace is "FastCore.Engine.Ports" or "FastCore.Engine.Limiting";

    private static void Fail(IEnumerable<Finding> findings)
    {
        List<Finding> all = findings.ToList();
        Assert.True(all.Count == 0, string.Join('\n', all.Take(50)));
    }
}
