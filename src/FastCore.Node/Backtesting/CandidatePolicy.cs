using System.Text;
using System.Text.Json.Nodes;

using FastCore.Fraud.Features;
using FastCore.Fraud.Models;
using FastCore.Fraud.Policies;
using FastCore.Fraud.Rules;
using FastCore.Node.Fraud;

namespace FastCore.Node.Backtesting;

/// <summary>Makes the policy that a backtest tries, without storing anything.</summary>
public static class CandidatePolicy
{
    private const string ModelName = "candidate.model";
    private const string VectorsName = "candidate.vectors";

    /// <summary>The policy in force with another model or other rules.</summary>
    /// <param name="inForce">The policy that is changed.</param>
    /// <param name="files">Where its files are.</param>
    /// <param name="model">
    /// A model file that decides for all cards, without challenger and shadows; null keeps the models.
    /// </param>
    /// <param name="rules">Rule files instead of the policy's; null keeps them.</param>
    /// <exception cref="PolicyRefusedException">There are mistakes; the exception names all.</exception>
    /// <exception cref="ModelRefusedException">The model cannot be scored with XGBoost's bits.</exception>
    public static FraudPolicy Of(
        FraudPolicy inForce, PolicyStore files, byte[]? model, IReadOnlyList<RuleFile>? rules)
    {
        ArgumentNullException.ThrowIfNull(inForce);
        Dictionary<string, byte[]> own = [];
        JsonObject document = JsonNode.Parse(inForce.Canonical)!.AsObject();
        _ = document.Remove("policy");
        _ = document.Remove("features");
        JsonObject models = document["models"]!.AsObject();
        JsonNode?[] kept = [models["champion"], models["challenger"], .. models["shadows"]!.AsArray()];
        foreach (JsonNode? one in kept)
        {
            ByHash(one as JsonObject);
        }

        JsonArray named = document["rules"]!.AsArray();
        document["rules"] = new JsonArray([.. named.Select(file => (JsonNode)(string)file!["sha256"]!)]);
        if (model is not null)
        {
            own[ModelName] = model;
            own[VectorsName] = VectorsOf(TreeModel.Read(model));
            document["models"] = new JsonObject
            {
                ["champion"] = new JsonObject { ["file"] = ModelName, ["vectors"] = VectorsName },
            };
        }

        if (rules is not null)
        {
            JsonArray names = [];
            foreach (RuleFile file in rules)
            {
                string name = Path.GetFileName(file.Path);
                own[name] = file.Utf8.ToArray();
                names.Add(name);
            }

            document["rules"] = names;
        }

        return Parse(
            Encoding.UTF8.GetBytes(document.ToJsonString()),
            files.Features,
            name => own.TryGetValue(name, out byte[]? content) ? content : files.Get(Convert.FromHexString(name)));
    }

    /// <summary>An operator's policy file.</summary>
    /// <param name="document">The file.</param>
    /// <param name="features">The features of the data directory.</param>
    /// <param name="file">Gives the content of a file that it names; null when it is not there.</param>
    /// <exception cref="PolicyRefusedException">There are mistakes; the exception names all.</exception>
    public static FraudPolicy Parse(ReadOnlySpan<byte> document, FeatureSet features, Func<string, byte[]?> file)
    {
        IReadOnlyList<PolicyMistake> mistakes = FraudPolicy.TryParse(document, features, file, out FraudPolicy? policy);
        return policy ?? throw new PolicyRefusedException(mistakes);
    }

    // An operator's form names files; here their names are their hashes.
    private static void ByHash(JsonObject? model)
    {
        if (model is not null)
        {
            model["file"] = (string)model["sha256"]!;
            model["vectors"] = (string)model["vectors_sha256"]!;
            _ = model.Remove("sha256");
            _ = model.Remove("vectors_sha256");
        }
    }

    // A policy needs rows with their margins. These are our own, so they prove only that all instructions agree.
    private static byte[] VectorsOf(TreeModel model)
    {
        float[] rows = new float[model.FeatureCount * 2];
        rows.AsSpan(model.FeatureCount).Fill(float.NaN);
        float[] margins = new float[2];
        new ModelScorer(model, ScoringPath.Scalar).Score(rows, margins);
        return VerificationVectors.Write(model.FeatureCount, rows, margins);
    }
}
