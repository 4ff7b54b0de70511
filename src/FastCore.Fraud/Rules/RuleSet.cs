using System.Security.Cryptography;
using System.Text;
using FastCore.Fraud.Features;
using FastCore.Fraud.Rules.Program;
using FastCore.Fraud.Rules.Text;

namespace FastCore.Fraud.Rules;

/// <summary>
/// Rules and the lists they name, checked and compiled, named by the hash of their content. Immutable; any thread may
/// use it, through an own <see cref="RuleEvaluator"/>.
/// </summary>
public sealed class RuleSet
{
    private readonly DeclaredRule[] _declared;
    private readonly byte[] _hash;

    private RuleSet(DeclaredSet declared, FeatureSet features)
    {
        Features = features;

        // Names are unique, so nothing about the order is left to the layout of the files.
        _declared =
            [.. declared.Rules.OrderBy(rule => rule.Priority).ThenBy(rule => rule.Name, StringComparer.Ordinal)];
        Rules = [.. _declared.Select(rule => new RuleDescription(
            rule.Name, rule.Priority, rule.IsShadow, rule.Outcome, rule.At.Path, rule.At.Line))];
        ShadowRules = [.. Enumerable.Range(0, Rules.Count).Where(i => Rules[i].IsShadow)];
        Lists = [.. declared.Lists.Select(list => new RuleListDescription(list.Name, list.Key, list.Effect))];
        RuleCompiler compiler = new(RuleName.FeatureInputs + features.Count);
        Program = compiler.Build([.. _declared.Select(rule => compiler.Add(rule.Condition))]);
        Content = RulePrinter.Print(declared.Lists, _declared);
        _hash = SHA256.HashData(Encoding.UTF8.GetBytes($"fastcore rules 1 {features.Version}\n{Content}"));
    }

    /// <summary>The features that the rules read.</summary>
    public FeatureSet Features { get; }

    /// <summary>The rules in the order in which they are looked at.</summary>
    public IReadOnlyList<RuleDescription> Rules { get; }

    /// <summary>The rules in shadow mode, as positions in <see cref="Rules"/>: one for each bit of a verdict.</summary>
    public IReadOnlyList<int> ShadowRules { get; }

    /// <summary>The lists by name.</summary>
    public IReadOnlyList<RuleListDescription> Lists { get; }

    /// <summary>The lists and rules in the one way in which they are written canonically, without tests.</summary>
    public string Content { get; }

    /// <summary>
    /// SHA-256 of <see cref="Content"/> and of the features. Layout, comments, files and tests do not matter.
    /// </summary>
    public ReadOnlySpan<byte> Hash => _hash;

    /// <summary>The hash as 64 hexadecimal digits.</summary>
    public string Version => Convert.ToHexStringLower(_hash);

    internal RuleProgram Program { get; }

    internal IReadOnlyList<DeclaredRule> Declared => _declared;

    /// <summary>Reads rule files and names every mistake in them.</summary>
    /// <param name="files">The files; their order does not matter.</param>
    /// <param name="features">What the rules may read.</param>
    /// <param name="set">The compiled set, or null when there are mistakes.</param>
    /// <returns>The mistakes, in the order of the files.</returns>
    public static IReadOnlyList<RuleMistake> TryParse(
        IReadOnlyList<RuleFile> files, FeatureSet features, out RuleSet? set)
    {
        RuleMistakes mistakes = new();
        DeclaredSet declared = new();
        RuleFile[] sorted = [.. files.OrderBy(file => file.Path, StringComparer.Ordinal)];
        if (files.Count > RuleLimits.FilesMax || files.Sum(file => (long)file.Utf8.Length) > RuleLimits.BytesMax)
        {
            mistakes.Add(
                RuleMistakeCode.FilesTooLarge,
                new RulePlace(sorted[0].Path, 1, 1),
                $"A set has at most {RuleLimits.FilesMax} files and {RuleLimits.BytesMax} bytes.");
            set = null;
            return mistakes.All;
        }

        foreach (RuleFile file in sorted)
        {
            new RuleParser(file, mistakes, declared).ReadFile();
        }

        // By name, and of equal names the first stays first, so that the second one is blamed.
        DeclaredList[] lists = [.. declared.Lists.OrderBy(list => list.Name, StringComparer.Ordinal)];
        declared.Lists.Clear();
        declared.Lists.AddRange(lists);
        if (!mistakes.IsFull)
        {
            new SetChecker(declared, features, mistakes).Check();
        }

        set = mistakes.All.Count == 0 ? new RuleSet(declared, features) : null;
        return
        [
            .. mistakes.All.OrderBy(mistake => mistake.Path, StringComparer.Ordinal)
                .ThenBy(mistake => mistake.Line)
                .ThenBy(mistake => mistake.Column),
        ];
    }

    /// <summary>Reads rule files.</summary>
    /// <exception cref="RuleFileException">The files have mistakes; the exception names all.</exception>
    public static RuleSet Parse(IReadOnlyList<RuleFile> files, FeatureSet features)
    {
        IReadOnlyList<RuleMistake> mistakes = TryParse(files, features, out RuleSet? set);
        return set ?? throw new RuleFileException(mistakes);
    }

    /// <summary>Runs the tests that stand beside the rules.</summary>
    /// <returns>What came of each, in the order of the rules.</returns>
    public IReadOnlyList<RuleTestResult> RunTests()
    {
        using RuleTestRun run = new(this);
        return run.Run();
    }
}
