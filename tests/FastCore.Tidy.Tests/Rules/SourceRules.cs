using System.Text.RegularExpressions;
using FastCore.Tidy.Tests.Tree;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace FastCore.Tidy.Tests.Rules;

/// <summary>Rules about the sources themselves. Each takes a file and says where it breaks the rule.</summary>
internal static partial class SourceRules
{
    private const int ColumnsMax = 120;

    // The rules name what they forbid in pieces, so that this file obeys them.
    private static readonly string[] Leftovers = ["TO" + "DO", "FIX" + "ME", "HA" + "CK"];
    private static readonly string[] BannedNouns =
        ["Common", "Util", "Utils", "Helper", "Helpers", "Manager", "Base", "Impl", "Data", "Info"];

    private static readonly string[] BannedFirstWords = ["Common", "Util", "Utils", "Helper", "Base"];
    private static readonly string[] Deterministic =
        ["src/FastCore.Engine", "src/FastCore.Payments", "src/FastCore.Fraud", "src/FastCore.Seats"];
    private static readonly string[] LockTypes =
        ["Lock", "Monitor", "Mutex", "SemaphoreSlim", "Semaphore", "ReaderWriterLockSlim", "SpinLock"];

    private static readonly string[] Clocks = ["DateTime", "DateTimeOffset", "Stopwatch", "TimeProvider", "Random"];

    /// <summary>All rules for C#, by name.</summary>
    public static IReadOnlyDictionary<string, Func<SourceFile, IEnumerable<Finding>>> All { get; } =
        new Dictionary<string, Func<SourceFile, IEnumerable<Finding>>>
        {
            ["type-name"] = TypeNames,
            ["waits"] = Waits,
            ["clock"] = Clock,
            ["guid"] = Guids,
            ["random"] = UnseededRandom,
            ["lock"] = Locks,
            ["deterministic"] = OutsideWorld,
            ["floating-point"] = FloatingPoint,
            ["namespace"] = ForeignNamespaces,
            ["region"] = Regions,
            ["leftover"] = LeftoverWords,
            ["this"] = ThisQualifiers,
            ["columns"] = Columns,
            ["summary"] = Summaries,
            ["skipped-test"] = SkippedTests,
            ["warnings"] = SuppressedWarnings,
        };

    /// <summary>Names that say nothing: if no better noun exists the type is not understood yet.</summary>
    public static IEnumerable<Finding> TypeNames(SourceFile file)
    {
        foreach (MemberDeclarationSyntax type in file.Syntax.DescendantNodes().OfType<MemberDeclarationSyntax>())
        {
            if (TypeName(type) is not string name)
            {
                continue;
            }

            string[] words = Words().Matches(name).Select(match => match.Value).ToArray();
            int last = words.Length - (words.Length > 1 && words[^1] is "Exception" or "Tests" or "Attribute" ? 2 : 1);
            int first = words.Length > 1 && words[0] == "I" ? 1 : 0;
            if (last >= 0 && (BannedNouns.Contains(words[last]) || BannedFirstWords.Contains(words[first])))
            {
                yield return file.At(type, "type-name", $"{name} needs a better noun");
            }
        }
    }

    /// <summary>
    /// Nothing waits for luck, neither the product nor its tests. A delay on an injected time is one that a test ends.
    /// </summary>
    public static IEnumerable<Finding> Waits(SourceFile file) =>
        Member(file, "Thread", "Sleep").Concat(Member(file, "Task", "Delay"))
            .Where(node => node.Parent is not InvocationExpressionSyntax { ArgumentList.Arguments.Count: 3 })
            .Select(node => file.At(node, "waits", $"{node} waits for luck"));

    /// <summary>The product reads the time through its clocks.</summary>
    public static IEnumerable<Finding> Clock(SourceFile file) =>
        file.IsIn("src")
            ? Member(file, "DateTime", "UtcNow", "Now", "Today")
                .Concat(Member(file, "DateTimeOffset", "UtcNow", "Now"))
                .Concat(file.IsIn(Deterministic) ? Member(file, "Environment", "TickCount", "TickCount64") : [])
                .Select(node => file.At(node, "clock", $"{node} is not the injected clock"))
            : [];

    /// <summary>Ids are 128-bit numbers; the byte order of a Guid is a trap.</summary>
    public static IEnumerable<Finding> Guids(SourceFile file) =>
        file.IsIn("src") ? Names(file, "Guid").Select(node => file.At(node, "guid", "ids are UInt128")) : [];

    /// <summary>A random number without a seed makes a failure that cannot be repeated.</summary>
    public static IEnumerable<Finding> UnseededRandom(SourceFile file) =>
        file.Syntax.DescendantNodes().OfType<ObjectCreationExpressionSyntax>()
            .Where(created => created.Type.ToString() == "Random" && created.ArgumentList?.Arguments.Count is null or 0)
            .Concat<SyntaxNode>(file.Syntax.DescendantNodes().OfType<ImplicitObjectCreationExpressionSyntax>()
                .Where(created => created.ArgumentList.Arguments.Count == 0
                    && created.Parent?.Parent?.Parent is VariableDeclarationSyntax declaration
                    && declaration.Type.ToString() == "Random"))
            .Concat(Member(file, "Random", "Shared"))
            .Select(node => file.At(node, "random", "a random generator needs a seed"));

    /// <summary>Only its partition thread touches a partition's state, so there is nothing to lock.</summary>
    public static IEnumerable<Finding> Locks(SourceFile file)
    {
        if (!file.IsIn(Deterministic))
        {
            return [];
        }

        return file.Syntax.DescendantNodes()
            .Where(node => node is LockStatementSyntax
                || (node is SimpleNameSyntax name
                    && (LockTypes.Contains(name.Identifier.Text)
                        || name.Identifier.Text.StartsWith("Concurrent"))
                    && IsType(name)))
            .Select(node => file.At(node, "lock", $"{node.GetFirstToken()} has no place in {file.Path}"));
    }

    /// <summary>A domain knows no clock, no random numbers, no tasks and no files.</summary>
    public static IEnumerable<Finding> OutsideWorld(SourceFile file)
    {
        if (!file.IsIn("src/FastCore.Payments", "src/FastCore.Fraud", "src/FastCore.Seats"))
        {
            return [];
        }

        return Names(file, [.. Clocks, "Environment", "File", "Task", "ValueTask", "Thread"])
            .Concat(file.Syntax.DescendantNodes().OfType<AwaitExpressionSyntax>())
            .Where(node => node is not SimpleNameSyntax name || IsType(name))
            .Select(node => file.At(node, "deterministic", $"{node.GetFirstToken()} in a domain"));
    }

    /// <summary>
    /// No machine-dependent arithmetic near money. The margins of models are single precision wherever they go.
    /// MessagePack carries what other programs wrote.
    /// </summary>
    public static IEnumerable<Finding> FloatingPoint(SourceFile file) =>
        file.IsIn("src/FastCore.Payments", "src/FastCore.Seats", "src/FastCore.Protocol")
            && !file.IsIn("src/FastCore.Protocol/Fraud", "src/FastCore.Protocol/MessagePack")
            ? file.Syntax.DescendantNodes().OfType<PredefinedTypeSyntax>()
                .Where(type => type.Keyword.Text is "double" or "float" or "decimal")
                .Select(type => file.At(type, "floating-point", $"{type} in a domain or on the wire"))
            : [];

    /// <summary>Replacing a library must stay the work of one room.</summary>
    public static IEnumerable<Finding> ForeignNamespaces(SourceFile file)
    {
        if (!file.IsIn("src"))
        {
            yield break;
        }

        foreach (UsingDirectiveSyntax directive in file.Syntax.DescendantNodes().OfType<UsingDirectiveSyntax>())
        {
            string name = directive.NamespaceOrType.ToString();
            bool isForeign =
                (IsUnder(name, "FASTER") && !file.IsIn("src/FastCore.Storage"))
                || (IsUnder(name, "Microsoft.Extensions") && !file.IsIn("src/FastCore.Hosting", "src/FastCore.Server")
                    && !(name == "Microsoft.Extensions.ObjectPool" && file.IsIn("src/FastCore.Protocol/Buffers")))
                || (IsUnder(name, "Microsoft.AspNetCore") && !file.IsIn("src/FastCore.Server"));
            if (isForeign)
            {
                yield return file.At(directive, "namespace", $"{name} belongs to another room");
            }
        }
    }

    /// <summary>A file that needs folding is two files.</summary>
    public static IEnumerable<Finding> Regions(SourceFile file) =>
        file.Syntax.DescendantTrivia().Where(trivia => trivia.IsKind(SyntaxKind.RegionDirectiveTrivia))
            .Select(trivia => file.At(trivia.GetStructure()!, "region", "no folding marks"));

    /// <summary>What is left to do is an issue, not a comment.</summary>
    public static IEnumerable<Finding> LeftoverWords(SourceFile file)
    {
        for (int line = 0; line < file.Lines.Length; line++)
        {
            foreach (string word in Leftovers)
            {
                if (Regex.IsMatch(file.Lines[line], $@"\b{word}\b"))
                {
                    yield return file.At(line + 1, "leftover", word);
                }
            }
        }
    }

    /// <summary>Fields have their underscore; nothing needs the qualifier.</summary>
    public static IEnumerable<Finding> ThisQualifiers(SourceFile file) =>
        file.Syntax.DescendantNodes().OfType<MemberAccessExpressionSyntax>()
            .Where(access => access.Expression is ThisExpressionSyntax)
            .Select(access => file.At(access, "this", $"{access}"));

    /// <summary>Two files fit side by side.</summary>
    public static IEnumerable<Finding> Columns(SourceFile file)
    {
        for (int line = 0; line < file.Lines.Length; line++)
        {
            int columns = file.Lines[line].EnumerateRunes().Count();
            if (columns > ColumnsMax)
            {
                yield return file.At(line + 1, "columns", $"{columns} columns");
            }
        }
    }

    /// <summary>Public is a decision, and it is explained.</summary>
    public static IEnumerable<Finding> Summaries(SourceFile file) =>
        !file.IsIn("src")
            ? []
            : file.Syntax.DescendantNodes().OfType<MemberDeclarationSyntax>()
                .Where(type => TypeName(type) is not null)
                .Where(type => type.AncestorsAndSelf().OfType<BaseTypeDeclarationSyntax>().All(IsPublic))
                .Where(type => IsPublic(type))
                .Where(type => !type.GetLeadingTrivia().ToFullString().Contains("/// <summary>"))
                .Select(type => file.At(type, "summary", $"{TypeName(type)} has no summary"));

    /// <summary>A test that does not run proves nothing.</summary>
    public static IEnumerable<Finding> SkippedTests(SourceFile file) =>
        file.Syntax.DescendantNodes().OfType<AttributeArgumentSyntax>()
            .Where(argument => argument.NameEquals?.Name.Identifier.Text == "Skip")
            .Select(argument => file.At(argument, "skipped-test", "tests run or go"));

    /// <summary>Warnings are mended, or turned off for all with a reason in Directory.Build.props.</summary>
    public static IEnumerable<Finding> SuppressedWarnings(SourceFile file) =>
        file.Syntax.DescendantTrivia()
            .Where(trivia => trivia.IsKind(SyntaxKind.PragmaWarningDirectiveTrivia))
            .Where(trivia => !file.Lines[Math.Max(0, LineOf(trivia) - 1)].TrimStart().StartsWith("//"))
            .Where(trivia => trivia.ToFullString().Contains("disable") && !trivia.ToFullString().Contains("//"))
            .Select(trivia => file.At(trivia.GetStructure()!, "warnings", "a comment must say why"));

    private static bool IsPublic(MemberDeclarationSyntax type) => type.Modifiers.Any(SyntaxKind.PublicKeyword);

    private static int LineOf(SyntaxTrivia trivia) => trivia.GetLocation().GetLineSpan().StartLinePosition.Line;

    private static bool IsUnder(string name, string root) =>
        name == root || name.StartsWith(root + ".");

    private static string? TypeName(MemberDeclarationSyntax member) => member switch
    {
        BaseTypeDeclarationSyntax type => type.Identifier.Text,
        DelegateDeclarationSyntax type => type.Identifier.Text,
        _ => null,
    };

    private static IEnumerable<SyntaxNode> Names(SourceFile file, params string[] names) =>
        file.Syntax.DescendantNodes().OfType<SimpleNameSyntax>().Where(name => names.Contains(name.Identifier.Text));

    private static IEnumerable<SyntaxNode> Member(SourceFile file, string type, params string[] members) =>
        file.Syntax.DescendantNodes().OfType<MemberAccessExpressionSyntax>()
            .Where(access => members.Contains(access.Name.Identifier.Text)
                && (access.Expression.ToString() == type
                    || access.Expression.ToString().EndsWith("." + type)));

    // A name used as a type, or before a dot; a field or property that merely has the same name is something else.
    private static bool IsType(SimpleNameSyntax name) => name.Parent switch
    {
        MemberAccessExpressionSyntax access => access.Expression is not ThisExpressionSyntax,
        VariableDeclarationSyntax or ObjectCreationExpressionSyntax or ParameterSyntax => true,
        PropertyDeclarationSyntax => true,
        TypeArgumentListSyntax or NullableTypeSyntax or ArrayTypeSyntax or QualifiedNameSyntax => true,
        MethodDeclarationSyntax or SimpleBaseTypeSyntax or CastExpressionSyntax or TypeOfExpressionSyntax => true,
        _ => false,
    };

    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z][a-z0-9]*")]
    private static partial Regex Words();
}
