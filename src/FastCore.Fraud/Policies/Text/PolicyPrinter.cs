using System.Globalization;
using System.Text;

namespace FastCore.Fraud.Policies.Text;

/// <summary>
/// Writes a policy in one way. By hand, because its hash must not change with a library: names of files are plain
/// letters, so nothing is ever escaped, and numbers are written as short as they are read back.
/// </summary>
internal static class PolicyPrinter
{
    public static byte[] Print(PolicyContent content)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{{\"policy\":1,\"version\":{content.Version}")
            .Append(CultureInfo.InvariantCulture, $",\"features\":\"{content.Features.Version}\",\"models\":{{");
        if (content.Champion is PolicyModel champion)
        {
            text.Append("\"champion\":");
            Append(text, content, champion).Append("},");
        }

        if (content.Challenger is PolicyModel challenger)
        {
            text.Append("\"challenger\":");
            Append(text, content, challenger)
                .Append(CultureInfo.InvariantCulture, $",\"percent\":{content.ChallengerPercent}}},");
        }

        text.Append("\"shadows\":[");
        foreach (PolicyModel shadow in content.Shadows)
        {
            Append(text, content, shadow).Append("},");
        }

        EndList(text).Append("]},\"rules\":[");
        foreach (PolicyFile rules in content.RuleFiles)
        {
            text.Append(CultureInfo.InvariantCulture, $"{{\"file\":\"{rules.Name}\",\"sha256\":\"{rules.Hash}\"}},");
        }

        EndList(text).Append("],\"thresholds\":{");
        Append(text, content.Thresholds).Append(",\"merchants\":{");
        foreach ((ulong merchant, PolicyThresholds own) in content.Merchants.OrderBy(pair => pair.Key))
        {
            Append(text.Append(CultureInfo.InvariantCulture, $"\"{merchant}\":{{"), own).Append("},");
        }

        EndList(text).Append("}},\"failure\":{")
            .Append(CultureInfo.InvariantCulture, $"\"features\":\"{PolicyWords.Of(content.OnFeatureFailure)}\",")
            .Append(CultureInfo.InvariantCulture, $"\"model\":\"{PolicyWords.Of(content.OnModelFailure)}\"}},")
            .Append(content.ScreensPayments ? "\"payments\":true}" : "\"payments\":false}");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static StringBuilder Append(StringBuilder text, PolicyContent content, PolicyModel model)
    {
        PolicyFile vectors = content.Vectors[model];
        string hash = Convert.ToHexStringLower(model.Hash);
        return text.Append(CultureInfo.InvariantCulture, $"{{\"file\":\"{model.Name}\",\"sha256\":\"{hash}\",")
            .Append(CultureInfo.InvariantCulture, $"\"vectors\":\"{vectors.Name}\",")
            .Append(CultureInfo.InvariantCulture, $"\"vectors_sha256\":\"{vectors.Hash}\"");
    }

    private static StringBuilder Append(StringBuilder text, PolicyThresholds thresholds) => text.Append(
        CultureInfo.InvariantCulture, $"\"review\":{thresholds.Review:R},\"decline\":{thresholds.Decline:R}");

    private static StringBuilder EndList(StringBuilder text)
    {
        text.Length -= text[^1] == ',' ? 1 : 0;
        return text;
    }
}
