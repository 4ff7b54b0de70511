using System.Text;

namespace FastCore.Fuzz.Trees;

/// <summary>Model files in JSON.</summary>
public sealed class JsonModelFuzzer : ModelFuzzer
{
    /// <inheritdoc/>
    public override string Name => "model-json";

    /// <inheritdoc/>
    public override string Summary => "TreeModel: model files in JSON.";

    /// <inheritdoc/>
    protected override byte[] Encode(string json) => Encoding.UTF8.GetBytes(json);
}
