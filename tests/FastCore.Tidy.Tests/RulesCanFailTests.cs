using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Tidy.Tests.Rules;
using FastCore.Tidy.Tests.Tree;
using Xunit;

namespace FastCore.Tidy.Tests;

/// <summary>Each rule finds what it forbids, and leaves alone what only looks like it.</summary>
public sealed class RulesCanFailTests
{
    private const string Domain = "src/FastCore.Payments/Snippet.cs";
    private const string Engine = "src/FastCore.Engine/Snippet.cs";
    private const string Front = "src/FastCore.Server/Snippet.cs";
    private const string Test = "tests/FastCore.Node.Tests/Snippet.cs";

    public static TheoryData<string, string, string> Bad => new()
    {
        { "type-name", Front, "class OrderManager;" },
        { "type-name", Front, "static class Utils;" },
        { "type-name", Front, "struct PaymentInfo;" },
        { "type-name", Front, "interface IBaseOrder;" },
        { "type-name", Front, "class PaymentDataException;" },
        { "type-name", Test, "class LedgerTestBase;" },
        { "type-name", Test, "class Outer { enum RowData; }" },
        { "waits", Front, "class A { void M() => Thread.Sleep(1); }" },
        { "waits", Test, "class A { Task M() => System.Threading.Tasks.Task.Delay(1); }" },
        { "clock", Engine, "class A { long T => DateTime.UtcNow.Ticks; }" },
        { "clock", Front, "class A { long T => System.DateTimeOffset.Now.Ticks; }" },
        { "clock", Engine, "class A { long T => Environment.TickCount64; }" },
        { "guid", Front, "class A { Guid Id; }" },
        { "guid", Front, "class A { object Id = Guid.NewGuid(); }" },
        { "random", Test, "class A { object R = new Random(); }" },
        { "random", Test, "class A { Random R = new(); }" },
        { "random", Test, "class A { int R = Random.Shared.Next(); }" },
        { "lock", Engine, "class A { void M() { lock (new object()) { } } }" },
        { "lock", Domain, "class A { private readonly Lock _gate = new(); }" },
        { "lock", Engine, "class A { ConcurrentQueue<int> Q = new(); }" },
        { "lock", Engine, "class A { object Q = new Collections.Concurrent.ConcurrentDictionary<int, int>(); }" },
        { "lock", Domain, "class A { void M() => Monitor.Enter(1); }" },
        { "deterministic", Domain, "class A { async Task M() => await N(); }" },
        { "deterministic", Domain, "class A { long T => Stopwatch.GetTimestamp(); }" },
        { "deterministic", Domain, "class A { void M() => File.Delete(null); }" },
        { "floating-point", Domain, "class A { double Fee; }" },
        { "floating-point", "src/FastCore.Protocol/Snippet.cs", "struct A { decimal Amount; }" },
        { "namespace", Engine, "using FASTER.core;" },
        { "namespace", "src/FastCore.Node/Snippet.cs", "using Microsoft.Extensions.Logging;" },
        { "namespace", "src/FastCore.Hosting/Snippet.cs", "using Microsoft.AspNetCore.Connections;" },
        { "region", Test, "#reg" + "ion all\nclass A;\n#endreg" + "ion" },
        { "leftover", Test, "// TO" + "DO: later" },
        { "leftover", Test, "// FIX" + "ME" },
        { "this", Front, "class A { int _b; int B() => this._b; }" },
        { "columns", Test, "// 4" + new string('5', 117) },
        { "summary", Engine, "public class A;" },
        { "summary", Engine, "// <summary>no</summary>\npublic enum A;" },
        { "summary", Engine, "/// <summary>A.</summary>\npublic class A { public delegate void B(); }" },
        { "skipped-test", Test, "class A { [Fact(Skip = \"later\")] void M() { } }" },
        { "warnings", Front, "class A;\n#pragma warning disable CS0001\nclass B;" },
    };

    public static TheoryData<string, string, string> Good => new()
    {
        { "type-name", Front, "class DataDirectory; class Database; class Basement; class InformationSheet;" },
        { "waits", Test, "// Thread.Sleep(1) is banned\nclass A { string B = \"Task.Delay(1)\"; }" },
        { "waits", Front, "class A { Task M() => Task.Delay(pause, time, stopping); }" },
        { "clock", Engine, "class A { ulong T(IClock clock) => clock.NowNs; }" },
        { "clock", Test, "class A { long T => DateTime.UtcNow.Ticks; }" },
        { "guid", Test, "class A { Guid Id; }" },
        { "random", Test, "class A { Random R = new(5); object S = new Random(5); }" },
        { "lock", Front, "class A { void M() { lock (new object()) { } } }" },
        { "lock", Engine, "class A { ConcurrencyLimit L; void Lock() { } }" },
        { "deterministic", Engine, "class A { long T => Stopwatch.GetTimestamp(); }" },
        { "floating-point", Front, "class A { double Share; }" },
        { "namespace", "src/FastCore.Storage/Snippet.cs", "using FASTER.core;" },
        { "namespace", Front, "using Microsoft.AspNetCore.Connections;\nusing Microsoft.Extensions.Logging;" },
        { "leftover", Test, "// a to-do list, HACKING.md" },
        { "this", Front, "class A { A B() => this; int this[int i] => i; }" },
        { "columns", Test, "// 4" + new string('5', 116) },
        { "summary", Engine, "/// <summary>A.</summary>\n[B]\npublic class A;\ninternal class C { public class D; }" },
        { "skipped-test", Test, "class A { [Fact] void M(int Skip) { } }" },
        { "warnings", Front, "// Because.\n#pragma warning disable CS0001\nclass B;\n#pragma warning restore CS0001" },
        { "region", Test, "#if DEBUG\nclass A;\n#endif" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void ARule_FindsWhatItForbids(string rule, string path, string text)
    {
        Finding finding = Assert.Single(SourceRules.All[rule](new SourceFile(path, text)).DistinctBy(f => f.Line));
        Assert.Equal((rule, path), (finding.Rule, finding.Path));
    }

    [Theory]
    [MemberData(nameof(Good))]
    public void ARule_LeavesTheRestAlone(string rule, string path, string text) =>
        Assert.Empty(SourceRules.All[rule](new SourceFile(path, text)));

    [Fact]
    public void EverySourceRule_HasSnippetsOfBothKinds()
    {
        foreach (string rule in SourceRules.All.Keys)
        {
            Assert.Contains(Bad, row => (string)row[0] == rule);
            Assert.Contains(Good, row => (string)row[0] == rule);
        }
    }

    [Fact]
    public void References_OtherThanDrawn_AreFound()
    {
        Dictionary<string, List<string>> arrows = ProjectRules.Arrows("""
              FastCore.Protocol/   the contract    → nothing
              FastCore.Engine/     rings           → nothing
              FastCore.Payments/   Ledger/         → Protocol, Engine
              FastCore.Node/       the node        → all above
            """);
        ProjectFile protocol = Project("src/FastCore.Protocol");
        ProjectFile engine = Project("src/FastCore.Engine");
        ProjectFile payments = Project("src/FastCore.Payments", "FastCore.Protocol", "FastCore.Engine");
        ProjectFile node = Project("src/FastCore.Node", "FastCore.Protocol", "FastCore.Engine", "FastCore.Payments");
        Assert.Empty(ProjectRules.CheckReferences([protocol, engine, payments, node], arrows));

        ProjectFile wrong = Project("src/FastCore.Engine", "FastCore.Protocol");
        Assert.Single(ProjectRules.CheckReferences([protocol, wrong, payments, node], arrows));
        ProjectFile tooFew = Project("src/FastCore.Payments", "FastCore.Protocol");
        Assert.Single(ProjectRules.CheckReferences([protocol, engine, tooFew, node], arrows));
        Assert.Single(ProjectRules.CheckReferences([protocol, engine, payments], arrows));
        ProjectFile unknown = Project("src/FastCore.Extra");
        Assert.Single(ProjectRules.CheckReferences([protocol, engine, payments, node, unknown], arrows));
    }

    [Fact]
    public void PackagesPointersAndSolution_AreChecked()
    {
        ProjectFile node = new("src/FastCore.Node/FastCore.Node.csproj", """
            <Project><PropertyGroup><AllowUnsafeBlocks>true</AllowUnsafeBlocks></PropertyGroup><ItemGroup>
            <PackageReference Include="Microsoft.FASTER.Core" /><PackageReference Include="Polly.Core" />
            <PackageReference Include="Microsoft.Extensions.Logging" />
            <FrameworkReference Include="Microsoft.AspNetCore.App" /></ItemGroup></Project>
            """);
        Assert.Equal(3, ProjectRules.CheckPackages([node]).Count());
        Assert.Single(ProjectRules.CheckUnsafe([node]));
        Assert.Single(ProjectRules.CheckSolution([node], ""));
        const string Listed = @"""src\FastCore.Node\FastCore.Node.csproj"", ""src\Gone\Gone.csproj""";
        Assert.Equal(
            "there is no src/Gone/Gone.csproj", Assert.Single(ProjectRules.CheckSolution([node], Listed)).What);
    }

    [Fact]
    public void LengthsPathsAndMissingFiles_AreFound()
    {
        SourceFile longFile = new("src/A.cs", string.Concat(Enumerable.Repeat("\n", 701)));
        Assert.Single(TextRules.Lengths([longFile], new Dictionary<string, int>()));
        Assert.Empty(TextRules.Lengths([longFile], new Dictionary<string, int> { ["src/A.cs"] = 701 }));
        Assert.Single(TextRules.Lengths([longFile], new Dictionary<string, int> { ["src/A.cs"] = 702 }));
        Assert.Single(TextRules.Lengths([longFile], new Dictionary<string, int> { ["src/A.cs"] = 700 }));
        Assert.Single(TextRules.Lengths([], new Dictionary<string, int> { ["src/Gone.cs"] = 800 }));

        string[] paths = ["/ho" + "me/x/y", "cd /ro" + "ot/.nuget", "\"/wo" + "rk/z\"", "C:\\Us" + "ers\\x"];
        foreach (string path in paths)
        {
            Assert.Single(TextRules.MachinePaths(new SourceFile("docs/A.md", path)));
        }

        Assert.Empty(
            TextRules.MachinePaths(new SourceFile("docs/A.md", "~/wo" + "rk/x, net" + "/wo" + "rk/ing, /wo" + "rk")));
        Assert.Single(TextRules.RequiredFiles([new SourceFile("LICENSE", " \n")], "LICENSE"));
        Assert.Single(TextRules.RequiredFiles([], "README.md"));
    }

    [Fact]
    public void Layouts_WithGapsOverlapsOrWrongSizes_AreFound()
    {
        Assert.Empty(LayoutRules.Check(typeof(Whole)));
        Assert.Equal("WithGap has no field at byte 4", Assert.Single(LayoutRules.Check(typeof(WithGap))));
        Assert.Contains("overlaps", Assert.Single(LayoutRules.Check(typeof(WithOverlap))), StringComparison.Ordinal);
        Assert.Contains(
            "Size is 12", Assert.Single(LayoutRules.Check(typeof(WithWrongSize))), StringComparison.Ordinal);
        Assert.Contains("explicit", Assert.Single(LayoutRules.Check(typeof(Sequential))), StringComparison.Ordinal);
        Assert.Contains("constant", Assert.Single(LayoutRules.Check(typeof(WithoutSize))), StringComparison.Ordinal);
        Assert.Contains("boundary", Assert.Single(LayoutRules.Check(typeof(Misaligned))), StringComparison.Ordinal);
    }

    [Fact]
    public void OperationTable_WithAnyWrongNumber_IsFound()
    {
        OperationShape[] shapes = [.. OperationTable.All];
        int at = Array.FindIndex(shapes, shape => shape.Operation == Operation.CreatePayments);
        OperationShape right = shapes[at];
        OperationShape[] wrong =
        [
            right with { Name = "create_payment" },
            right with { ElementSize = 120 },
            right with { ResultSize = 16 },
            right with { PrefixSize = 8 },
            right with { ElementsMax = Limits.ElementsPerRequestMax + 1 },
            right with { KeyOffset = 12 },
            right with { Operation = Operation.None },
        ];
        foreach (OperationShape shape in wrong)
        {
            shapes[at] = shape;
            Assert.NotEmpty(OperationRules.Check(shapes));
        }

        shapes[at] = right;
        Assert.NotEmpty(OperationRules.Check(shapes[1..]));
        Assert.NotEmpty(OperationRules.Check([.. shapes, right]));
    }

    private static ProjectFile Project(string folder, params string[] references)
    {
        string name = folder[(folder.LastIndexOf('/') + 1)..];
        string items = string.Concat(references.Select(r => $"<ProjectReference Include=\"..\\{r}\\{r}.csproj\" />"));
        return new ProjectFile($"{folder}/{name}.csproj", $"<Project><ItemGroup>{items}</ItemGroup></Project>");
    }

    [StructLayout(LayoutKind.Explicit, Size = Size)]
    private struct Whole
    {
        public const int Size = 16;
        [FieldOffset(0)] public ulong A;
        [FieldOffset(8)] public uint B;
        [FieldOffset(12)] public Operation C;
        [FieldOffset(14)] public ushort D;
    }

    [StructLayout(LayoutKind.Explicit, Size = Size)]
    private struct WithGap
    {
        public const int Size = 16;
        [FieldOffset(0)] public uint A;
        [FieldOffset(8)] public ulong B;
    }

    [StructLayout(LayoutKind.Explicit, Size = Size)]
    private struct WithOverlap
    {
        public const int Size = 8;
        [FieldOffset(0)] public ulong A;
        [FieldOffset(4)] public uint B;
    }

    [StructLayout(LayoutKind.Explicit)]
    private struct WithWrongSize
    {
        public const int Size = 12;
        [FieldOffset(0)] public ulong A;
        [FieldOffset(8)] public ulong B;
    }

    [StructLayout(LayoutKind.Sequential, Size = Size)]
    private struct Sequential
    {
        public const int Size = 8;
        public ulong A;
    }

    [StructLayout(LayoutKind.Explicit)]
    private struct WithoutSize
    {
        [FieldOffset(0)] public ulong A;
    }

    [StructLayout(LayoutKind.Explicit, Size = Size)]
    private struct Misaligned
    {
        public const int Size = 12;
        [FieldOffset(0)] public uint A;
        [FieldOffset(4)] public ulong B;
    }
}
