using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using FastCore.Cli.Terminal;
using FastCore.Fraud.Features;
using FastCore.Fraud.Rules;
using FastCore.Protocol;

namespace FastCore.Cli.Fraud;

/// <summary><c>fastcore fraud rules check</c>.</summary>
internal sealed class CheckRulesCommand : CliCommand
{
    private readonly Argument<string> _path = new("PATH")
    {
        Description = "A rule file, or a directory with files named *.rules, which make one set together.",
    };

    private readonly Option<string?> _features = new("--features")
    {
        Description = "Feature file whose features the rules may read. Without it the shipped ones.",
        HelpName = "FILE",
    };

    /// <summary>Makes the command.</summary>
    public CheckRulesCommand(CliConsole console)
        : base(
            console,
            "check",
            "Read rules, check them, and run the tests that stand beside them.\n\n" +
            "Each mistake is named with its file, line and column, all of them at once; exit code 5. When the files " +
            "are without mistakes their tests are run, and one that fails is exit code 1.")
    {
        Arguments.Add(_path);
        Options.Add(_features);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
    [
        ("fastcore fraud rules check rules/", "All *.rules of a directory, with the shipped features."),
        ("fastcore fraud rules check velocity.rules --features features.json --json", "One file, for scripts."),
    ];

    /// <inheritdoc/>
    protected override Task<int> RunAsync(ParseResult arguments, CliContext context, CancellationToken cancellation)
    {
        FeatureSet features = ReadFeatures(arguments.GetValue(_features));
        RuleFile[] files = OperatorFiles.ReadRules(arguments.GetRequiredValue(_path));
        IReadOnlyList<RuleMistake> mistakes = RuleSet.TryParse(files, features, out RuleSet? set);
        return Task.FromResult(set is null ? Refuse(context, mistakes) : RunTests(context, set, files.Length));
    }

    private static int Refuse(CliContext context, IReadOnlyList<RuleMistake> mistakes)
    {
        string summary =
            mistakes.Count == 1 ? "The rules have a mistake." : $"The rules have {mistakes.Count} mistakes.";
        if (context.Json)
        {
            JsonObject document = ErrorDocument("rules_refused", summary);
            document["mistakes"] = new JsonArray([.. mistakes.Select(mistake => new JsonObject
            {
                ["code"] = SnakeCase.Of(mistake.Code.ToString()),
                ["file"] = mistake.Path,
                ["line"] = mistake.Line,
                ["column"] = mistake.Column,
                ["message"] = mistake.Sentence,
            })]);
            context.WriteDocument(document);
        }

        foreach (RuleMistake mistake in mistakes)
        {
            context.Note(mistake.ToString());
        }

        context.Note($"error: {summary}");
        return ExitCode.File;
    }

    private static int RunTests(CliContext context, RuleSet set, int files)
    {
        IReadOnlyList<RuleTestResult> tests = set.RunTests();
        int failed = tests.Count(test => !test.IsPassed);
        if (context.Json)
        {
            context.WriteDocument(Describe(set, files, tests, failed));
        }

        foreach (RuleTestResult test in tests.Where(test => !test.IsPassed))
        {
            context.Say(test.ToString());
        }

        context.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{set.Rules.Count} rules, {set.ShadowRules.Count} of them in shadow, and {set.Lists.Count} lists; " +
            $"{tests.Count - failed} of {tests.Count} tests passed; version {set.Version}"));
        return failed == 0 ? ExitCode.Ok : ExitCode.CheckFailed;
    }

    private static JsonObject Describe(RuleSet set, int files, IReadOnlyList<RuleTestResult> tests, int failed) => new()
    {
        ["command"] = "fraud rules check",
        ["version"] = set.Version,
        ["features_version"] = set.Features.Version,
        ["files"] = files,
        ["rules"] = new JsonArray([.. set.Rules.Select(rule => new JsonObject
        {
            ["name"] = rule.Name,
            ["priority"] = rule.Priority,
            ["shadow"] = rule.IsShadow,
            ["outcome"] = SnakeCase.Of(rule.Outcome.ToString()),
            ["file"] = rule.Path,
            ["line"] = rule.Line,
        })]),
        ["lists"] = new JsonArray([.. set.Lists.Select(list => new JsonObject
        {
            ["name"] = list.Name,
            ["of"] = SnakeCase.Of(list.Key.ToString()),
            ["effect"] = SnakeCase.Of(list.Effect.ToString()),
        })]),
        ["tests"] = new JsonArray([.. tests.Select(test => new JsonObject
        {
            ["rule"] = test.Rule,
            ["name"] = test.Name,
            ["file"] = test.Path,
            ["line"] = test.Line,
            ["column"] = test.Column,
            ["expected"] = Said(test.Expected),
            ["actual"] = Said(test.Actual),
            ["passed"] = test.IsPassed,
        })]),
        ["failed"] = failed,
    };

    private static string Said(RuleOutcome outcome) =>
        outcome == RuleOutcome.None ? "nothing" : SnakeCase.Of(outcome.ToString());

    private static FeatureSet ReadFeatures(string? path)
    {
        if (path is null)
        {
            return FeatureSet.Default;
        }

        try
        {
            return FeatureSet.Parse(OperatorFiles.ReadFile(path, FeatureLimits.FileBytesMax));
        }
        catch (FeatureFileException e)
        {
            throw new CliException(ExitCode.File, "features_refused", $"'{path}' has mistakes:\n{e.Message}", e);
        }
    }
}
