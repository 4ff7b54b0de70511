using System.CommandLine;
using System.Text.Json.Nodes;

using FastCore.Cli.Terminal;
using FastCore.Fraud.Models;
using FastCore.Fraud.Policies;
using FastCore.Fraud.Rules;
using FastCore.Node.Backtesting;
using FastCore.Node.Verification;
using FastCore.Protocol;

namespace FastCore.Cli.Fraud;

/// <summary><c>fastcore fraud backtest</c>.</summary>
internal sealed class BacktestCommand : CliCommand
{
    private readonly Option<string> _data = new("--data")
    {
        Description = "Data directory; no process may have it open.",
        HelpName = "DIR",
        Required = true,
    };

    private readonly Option<string?> _model = new("--model")
    {
        Description = "Model file that decides for all cards, without challenger and shadows.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _rules = new("--rules")
    {
        Description = "A rule file, or a directory with files named *.rules, instead of the rules in force.",
        HelpName = "PATH",
    };

    private readonly Option<string?> _policy = new("--policy")
    {
        Description = "A whole policy file instead; goes with neither of the two.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _knownBy = new("--labels-known-by")
    {
        Description = $"Only labels known by then count: {TimeText.Meaning}. Without it all of them do.",
        HelpName = "TIME",
    };

    private readonly Option<string?> _split = new("--split")
    {
        Description = "When the later transactions begin, for stability indices. Without it the later half.",
        HelpName = "TIME",
    };

    /// <summary>Makes the command.</summary>
    public BacktestCommand(CliConsole console)
        : base(
            console,
            "backtest",
            "Try another model, other rules or another policy on everything that was decided.\n\n" +
            "Executes the journal once more and decides each transaction by the candidate too, from the same " +
            "features at the same moment. Reports decisions before and after, what changed, precision and recall of " +
            "policies, models and rules where labels are known, and how far scores and features moved. Without a " +
            "candidate it tries the policy in force. docs/FRAUD.md says what each number is.")
    {
        foreach (Option option in (Option[])[_data, _model, _rules, _policy, _knownBy, _split])
        {
            Options.Add(option);
        }

        Validators.Add(result =>
        {
            bool isPolicy = result.GetResult(_policy) is { Implicit: false };
            if (isPolicy && (result.GetResult(_model) ?? result.GetResult(_rules)) is { Implicit: false })
            {
                result.AddError("--policy brings its own models and rules; it goes with neither --model nor --rules.");
            }
        });
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
    [
        ("fastcore fraud backtest --data ./books --rules new/", "What would these rules have done?"),
        (
            "fastcore fraud backtest --data ./books --model new.ubj --labels-known-by 2018-09-01 --json",
            "Another model, judged by the labels of that day."),
    ];

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(
        ParseResult arguments, CliContext context, CancellationToken cancellation)
    {
        string data = arguments.GetRequiredValue(_data);
        ulong? knownBy = TimeText.Of(arguments, _knownBy);
        ulong? split = TimeText.Of(arguments, _split);
        BacktestReport report = await context.WithProgressAsync(
            "backtest",
            1,
            tell => Task.Run(
                () => FraudDirectoryDoor.With(data, directory => Backtest.Run(
                    directory, CandidateOf(directory, arguments), knownBy ?? ulong.MaxValue, split, done =>
                    {
                        cancellation.ThrowIfCancellationRequested();
                        tell(done);
                    })),
                cancellation));
        if (context.Json)
        {
            JsonObject document = BacktestJson.Of(data, report);
            context.WriteDocument(document);
        }
        else
        {
            BacktestText.Write(context, report);
        }

        return ExitCode.Ok;
    }

    private FraudPolicy CandidateOf(FraudDirectory directory, ParseResult arguments)
    {
        try
        {
            if (arguments.GetValue(_policy) is string policy)
            {
                string folder = Path.GetDirectoryName(Path.GetFullPath(policy))!;
                return CandidatePolicy.Parse(
                    OperatorFiles.ReadFile(policy, PolicyLimits.FileBytesMax),
                    directory.Features,
                    name => File.Exists(Path.Combine(folder, name))
                        ? OperatorFiles.ReadFile(Path.Combine(folder, name), ModelLimits.FileSizeMax)
                        : null);
            }

            FraudPolicy? inForce = null;
            directory.Visit(0, decisions => inForce = decisions.Policy);
            string? model = arguments.GetValue(_model);
            string? rules = arguments.GetValue(_rules);
            return inForce is null
                ? throw new CliException(
                    ExitCode.DataDirectory, "no_policy",
                    "No policy was ever put in force here. Name one to try with --policy.")
                : CandidatePolicy.Of(
                    inForce,
                    directory.Policies,
                    model is null ? null : OperatorFiles.ReadFile(model, ModelLimits.FileSizeMax),
                    rules is null ? null : OperatorFiles.ReadRules(rules));
        }
        catch (PolicyRefusedException refused)
        {
            throw new CliException(
                ExitCode.File,
                $"policy_{SnakeCase.Of(refused.Mistakes[0].Code.ToString())}",
                string.Join('\n', refused.Mistakes.Select(mistake => mistake.ToString())),
                refused);
        }
        catch (ModelRefusedException refused)
        {
            throw new CliException(
                ExitCode.File, "model_" + SnakeCase.Of(refused.Code.ToString()),
                $"The model is refused ({refused.Code}): {refused.Message}.", refused);
        }
    }
}
