using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace FastCore.Fraud.Policies.Text;

/// <summary>
/// Reads the text of a policy file, an operator's or a canonical one, and collects what has the wrong shape. The files
/// that it names are read by <see cref="PolicyBuilder"/>.
/// </summary>
internal ref struct PolicyFileReader
{
    private readonly bool _isCanonical;
    private readonly PolicyMistakes _mistakes;
    private StrictJson _json;

    public PolicyFileReader(ReadOnlySpan<byte> document, PolicyMistakes mistakes, bool isCanonical)
    {
        _isCanonical = isCanonical;
        _mistakes = mistakes;
        _json = new StrictJson(document, mistakes);
    }

    /// <summary>Reads all of it.</summary>
    /// <returns>What is declared, as far as it has the right shape; null when the file is not even JSON.</returns>
    public DeclaredPolicy? Read()
    {
        if (_json.Document.Length > PolicyLimits.FileBytesMax)
        {
            string sentence = $"The file has more than {PolicyLimits.FileBytesMax} bytes.";
            _mistakes.Add(PolicyMistakeCode.FileTooLarge, new PolicyPlace(1, 1), sentence);
            return null;
        }

        if (!Utf8.IsValid(_json.Document))
        {
            _mistakes.Add(PolicyMistakeCode.NotUtf8, new PolicyPlace(1, 1), "The file is not UTF-8.");
            return null;
        }

        try
        {
            DeclaredPolicy policy = new();
            _json.Read();
            ReadPolicy(policy);
            _json.End();
            return policy;
        }
        catch (JsonException e)
        {
            _mistakes.Add(
                PolicyMistakeCode.NotJson,
                new PolicyPlace((int)(e.LineNumber ?? 0) + 1, (int)(e.BytePositionInLine ?? 0) + 1),
                "The file is not JSON from here on.");
            return null;
        }
    }

    private void ReadPolicy(DeclaredPolicy policy)
    {
        JsonFields fields = _isCanonical
            ? new JsonFields(
                "a policy", 8, "version", "thresholds", "failure", "payments", "models", "rules", "policy", "features")
            : new JsonFields("a policy", 4, "version", "thresholds", "failure", "payments", "models", "rules");
        if (!_json.Begin(ref fields))
        {
            return;
        }

        while (_json.Next(ref fields, out int field))
        {
            switch (field)
            {
                case 0:
                    policy.Version = ReadWhole(1, ulong.MaxValue);
                    break;
                case 1:
                    policy.Thresholds = ReadThresholds("thresholds", policy);
                    break;
                case 2:
                    ReadFailure(policy);
                    break;
                case 3:
                    policy.ScreensPayments = _json.Flag();
                    break;
                case 4:
                    ReadModels(policy);
                    break;
                case 5:
                    ReadRules(policy);
                    break;
                case 6:
                    ReadWhole(1, 1);
                    break;
                default:
                    policy.Features = _json.Text();
                    break;
            }
        }
    }

    private void ReadModels(DeclaredPolicy policy)
    {
        JsonFields fields = new("models", 0, "champion", "challenger", "shadows");
        if (!_json.Begin(ref fields))
        {
            return;
        }

        PolicyPlace challengerAt = default;
        while (_json.Next(ref fields, out int field))
        {
            switch (field)
            {
                case 0:
                    policy.Champion = ReadModel("champion", false);
                    break;
                case 1:
                    challengerAt = _json.At;
                    policy.Challenger = ReadModel("challenger", true);
                    break;
                default:
                    ReadShadows(policy);
                    break;
            }
        }

        // One of an object before this one is that object's; that there are two is a mistake of its own.
        if (challengerAt != default && policy.Challenger is not null && policy.Champion is null)
        {
            _mistakes.Add(
                PolicyMistakeCode.ChallengerWithoutChampion,
                challengerAt,
                "A challenger needs a champion, which decides for the other cards.");
        }
    }

    private void ReadShadows(DeclaredPolicy policy)
    {
        PolicyPlace at = _json.At;
        if (!_json.BeginList("shadows"))
        {
            return;
        }

        while (_json.NextElement())
        {
            if (ReadModel("a shadow", false) is DeclaredModel shadow)
            {
                policy.Shadows.Add(shadow);
            }
        }

        if (policy.Shadows.Count > PolicyLimits.ShadowsMax)
        {
            string sentence = $"There are {policy.Shadows.Count} shadows; {PolicyLimits.ShadowsMax} are allowed.";
            _mistakes.Add(PolicyMistakeCode.TooManyShadows, at, sentence);
        }
    }

    private DeclaredModel? ReadModel(string what, bool hasPercent)
    {
        string[] names = ["file", "vectors"];
        names = _isCanonical ? [.. names, "sha256", "vectors_sha256"] : names;
        names = hasPercent ? [.. names, "percent"] : names;
        JsonFields fields = new(what, names.Length, names);
        if (!_json.Begin(ref fields))
        {
            return null;
        }

        DeclaredModel model = new();
        while (_json.Next(ref fields, out int field))
        {
            switch (names[field])
            {
                case "file":
                    model.Trees.Name = _json.Text();
                    break;
                case "vectors":
                    model.Vectors.Name = _json.Text();
                    break;
                case "sha256":
                    model.Trees.Hash = _json.Text();
                    break;
                case "vectors_sha256":
                    model.Vectors.Hash = _json.Text();
                    break;
                default:
                    model.Percent = (int)ReadWhole(0, 100);
                    break;
            }
        }

        return model;
    }

    private void ReadRules(DeclaredPolicy policy)
    {
        if (!_json.BeginList("rules"))
        {
            return;
        }

        while (_json.NextElement())
        {
            DeclaredFile file = new();
            policy.Rules.Add(file);
            if (!_isCanonical)
            {
                file.Name = _json.Text();
                continue;
            }

            JsonFields fields = new("a rule file", 2, "file", "sha256");
            if (!_json.Begin(ref fields))
            {
                continue;
            }

            while (_json.Next(ref fields, out int field))
            {
                file.Name = field == 0 ? _json.Text() : file.Name;
                file.Hash = field == 1 ? _json.Text() : file.Hash;
            }
        }
    }

    // Only the policy's own thresholds have merchants in them.
    private PolicyThresholds ReadThresholds(string what, DeclaredPolicy? policy)
    {
        PolicyPlace at = _json.At;
        JsonFields fields = policy is null
            ? new JsonFields(what, 2, "review", "decline")
            : new JsonFields(what, _isCanonical ? 3 : 2, "review", "decline", "merchants");
        if (!_json.Begin(ref fields))
        {
            return default;
        }

        float? review = null;
        float? decline = null;
        while (_json.Next(ref fields, out int field))
        {
            switch (field)
            {
                case 0:
                    review = ReadProbability();
                    break;
                case 1:
                    decline = ReadProbability();
                    break;
                default:
                    ReadMerchants(policy!);
                    break;
            }
        }

        if (review > decline)
        {
            _mistakes.Add(
                PolicyMistakeCode.ReviewAboveDecline,
                at,
                $"Review begins at {review:R}, above decline at {decline:R}; nothing would be reviewed.");
        }

        return new PolicyThresholds(review ?? 0, decline ?? 0);
    }

    private void ReadMerchants(DeclaredPolicy policy)
    {
        PolicyPlace at = _json.At;
        if (!_json.BeginMap("merchants"))
        {
            return;
        }

        while (_json.NextKey(out string name, out PolicyPlace nameAt))
        {
            bool isMerchant = ulong.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out ulong merchant)
                && merchant != 0
                && name[0] != '0';
            PolicyThresholds thresholds = ReadThresholds("a merchant", null);
            if (!isMerchant)
            {
                string sentence = $"{PolicyWords.Quote(name)} is no merchant; a merchant is a whole number from 1 on.";
                _mistakes.Add(PolicyMistakeCode.BadValue, nameAt, sentence);
            }
            else if (!policy.Merchants.TryAdd(merchant, thresholds))
            {
                _mistakes.Add(PolicyMistakeCode.RepeatedField, nameAt, $"The merchant {name} is there twice.");
            }
        }

        if (policy.Merchants.Count > PolicyLimits.MerchantsMax)
        {
            string sentence =
                $"{policy.Merchants.Count} merchants have thresholds; {PolicyLimits.MerchantsMax} may have.";
            _mistakes.Add(PolicyMistakeCode.TooManyMerchants, at, sentence);
        }
    }

    private void ReadFailure(DeclaredPolicy policy)
    {
        JsonFields fields = new("failure", 2, "features", "model");
        if (!_json.Begin(ref fields))
        {
            return;
        }

        while (_json.Next(ref fields, out int field))
        {
            DeclaredText text = _json.Text();
            FailureMode mode = default;
            if (text.Text is string word && !PolicyWords.TryMode(word, out mode))
            {
                string sentence = $"{PolicyWords.Quote(word)} is neither open nor closed.";
                _mistakes.Add(PolicyMistakeCode.BadValue, text.At, sentence);
            }

            policy.OnFeatureFailure = field == 0 ? mode : policy.OnFeatureFailure;
            policy.OnModelFailure = field == 1 ? mode : policy.OnModelFailure;
        }
    }

    private ulong ReadWhole(ulong least, ulong most)
    {
        PolicyPlace at = _json.At;
        if (_json.Whole() is ulong whole && whole >= least && whole <= most)
        {
            return whole;
        }

        _mistakes.Add(PolicyMistakeCode.BadValue, at, $"A whole number from {least} to {most} must stand here.");
        return least;
    }

    private float? ReadProbability()
    {
        PolicyPlace at = _json.At;
        if (_json.Number() is float number && number >= 0 && number <= 1)
        {
            // A negative zero would be written as another text than zero.
            return number + 0f;
        }

        _mistakes.Add(PolicyMistakeCode.BadValue, at, "A number from 0 to 1 must stand here.");
        return null;
    }
}
