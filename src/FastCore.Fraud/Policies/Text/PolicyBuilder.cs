using System.Security.Cryptography;
using FastCore.Fraud.Features;
using FastCore.Fraud.Models;
using FastCore.Fraud.Rules;

namespace FastCore.Fraud.Policies.Text;

/// <summary>Reads and proves the files that a policy names, and makes the policy when nothing is wrong.</summary>
internal sealed class PolicyBuilder(
    FeatureSet features, Func<string, byte[]?> source, bool isCanonical, PolicyMistakes mistakes)
{
    // A file that is named twice is asked for once, so that both are the same bytes.
    private readonly Dictionary<string, byte[]?> _read = [];
    private readonly Dictionary<PolicyModel, PolicyFile> _vectors = [];

    public FraudPolicy? Build(DeclaredPolicy declared)
    {
        if (isCanonical && declared.Features.Text is string version && version != features.Version)
        {
            mistakes.Add(
                PolicyMistakeCode.OtherFeatures,
                declared.Features.At,
                $"The policy is for the features {version}, but the features here are {features.Version}.");
        }

        PolicyModel? champion = Model(declared.Champion);
        PolicyModel? challenger = Model(declared.Challenger);
        PolicyModel[] shadows = [.. declared.Shadows.Select(Model).OfType<PolicyModel>()];
        PolicyFile[] ruleFiles = RuleFiles(declared.Rules);
        RuleSet? rules = Rules(ruleFiles);
        if (mistakes.Count != 0 || rules is null)
        {
            return null;
        }

        return new FraudPolicy(new PolicyContent
        {
            Version = declared.Version,
            Features = features,
            Rules = rules,
            RuleFiles = ruleFiles,
            Champion = champion,
            Challenger = challenger,
            ChallengerPercent = declared.Challenger?.Percent ?? 0,
            Shadows = shadows,
            Vectors = _vectors,
            Thresholds = declared.Thresholds,
            Merchants = declared.Merchants,
            OnFeatureFailure = declared.OnFeatureFailure,
            OnModelFailure = declared.OnModelFailure,
            ScreensPayments = declared.ScreensPayments,
        });
    }

    private PolicyModel? Model(DeclaredModel? declared)
    {
        if (declared is null)
        {
            return null;
        }

        PolicyFile? file = Read(declared.Trees);
        PolicyFile? vectors = Read(declared.Vectors);
        VerificationVectors? rows = vectors is null ? null : VerificationVectors.TryRead(vectors.Content);
        if (vectors is not null && rows is null)
        {
            mistakes.Add(
                PolicyMistakeCode.BadVectors,
                declared.Vectors.Name.At,
                $"{vectors.Name} is no file of verification vectors.");
        }

        if (file is null || TreesOf(file, declared.Trees.Name.At) is not TreeModel trees)
        {
            return null;
        }

        int[]? columns = PolicyModel.Bind(trees, features, out string problem);
        if (columns is null)
        {
            mistakes.Add(PolicyMistakeCode.ModelColumns, declared.Trees.Name.At, $"{file.Name}: {problem}");
        }

        if (rows is null || !Verify(trees, rows, vectors!.Name, declared.Vectors.Name.At) || columns is null)
        {
            return null;
        }

        PolicyModel model = new(file.Name, SHA256.HashData(file.Content), trees, columns, features.Count);
        _vectors.Add(model, vectors);
        return model;
    }

    private TreeModel? TreesOf(PolicyFile file, PolicyPlace at)
    {
        try
        {
            return TreeModel.Read(file.Content);
        }
        catch (ModelRefusedException refused)
        {
            string sentence = $"{file.Name}: {refused.Message} ({refused.Code}).";
            mistakes.Add(PolicyMistakeCode.ModelRefused, at, sentence);
            return null;
        }
    }

    private bool Verify(TreeModel model, VerificationVectors rows, string name, PolicyPlace at)
    {
        if (rows.Columns != model.FeatureCount)
        {
            mistakes.Add(
                PolicyMistakeCode.BadVectors,
                at,
                $"{name} has rows of {rows.Columns} columns, but the model has {model.FeatureCount}.");
            return false;
        }

        if (rows.Check(model) is string difference)
        {
            mistakes.Add(PolicyMistakeCode.VectorsDiffer, at, $"{name}: {difference}.");
            return false;
        }

        return true;
    }

    private PolicyFile[] RuleFiles(List<DeclaredFile> declared)
    {
        HashSet<string> names = [];
        List<PolicyFile> files = [];
        foreach (DeclaredFile file in declared)
        {
            if (file.Name.Text is string name && !names.Add(name))
            {
                mistakes.Add(PolicyMistakeCode.RepeatedField, file.Name.At, $"The rule file {name} is there twice.");
            }
            else if (Read(file) is PolicyFile read)
            {
                files.Add(read);
            }
        }

        return [.. files.OrderBy(file => file.Name, StringComparer.Ordinal)];
    }

    private RuleSet? Rules(PolicyFile[] files)
    {
        RuleFile[] texts = [.. files.Select(file => new RuleFile(file.Name, file.Content))];
        IReadOnlyList<RuleMistake> found = RuleSet.TryParse(texts, features, out RuleSet? rules);
        foreach (RuleMistake mistake in found)
        {
            mistakes.Add(new PolicyMistake(
                PolicyMistakeCode.RulesRefused,
                mistake.Path,
                mistake.Line,
                mistake.Column,
                $"{mistake.Sentence} ({mistake.Code})"));
        }

        foreach (RuleTestResult test in (rules?.RunTests() ?? []).Where(test => !test.IsPassed))
        {
            mistakes.Add(new PolicyMistake(
                PolicyMistakeCode.RuleTestFailed, test.Path, test.Line, test.Column, test.ToString()));
        }

        return rules;
    }

    // Null is a mistake that is told: here, or when the text was read.
    private PolicyFile? Read(DeclaredFile declared)
    {
        if (declared.Name.Text is not string name || (isCanonical && declared.Hash.Text is null))
        {
            return null;
        }

        if (!PolicyWords.IsFileName(name))
        {
            mistakes.Add(
                PolicyMistakeCode.BadFileName,
                declared.Name.At,
                "A file is named by letters, digits, '.', '-', '_' and spaces between '/', below the policy's folder.");
            return null;
        }

        if (isCanonical && !PolicyWords.IsHash(declared.Hash.Text!))
        {
            mistakes.Add(
                PolicyMistakeCode.BadValue, declared.Hash.At, "64 lower-case hexadecimal digits must stand here.");
            return null;
        }

        string asked = isCanonical ? declared.Hash.Text! : name;
        if (!_read.TryGetValue(asked, out byte[]? content))
        {
            content = source(asked);
            _read.Add(asked, content);
        }

        if (content is null)
        {
            mistakes.Add(PolicyMistakeCode.FileMissing, declared.Name.At, $"The file {name} is not there.");
            return null;
        }

        string hash = Convert.ToHexStringLower(SHA256.HashData(content));
        if (isCanonical && hash != asked)
        {
            mistakes.Add(
                PolicyMistakeCode.OtherContent, declared.Name.At, $"{name} has the content {hash}, not {asked}.");
            return null;
        }

        return new PolicyFile(name, hash, content);
    }
}
