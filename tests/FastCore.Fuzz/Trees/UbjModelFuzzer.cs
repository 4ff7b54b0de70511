namespace FastCore.Fuzz.Trees;

/// <summary>Model files in UBJ.</summary>
public sealed class UbjModelFuzzer : ModelFuzzer
{
    /// <inheritdoc/>
    public override string Name => "model-ubj";

    /// <inheritdoc/>
    public override string Summary => "TreeModel: model files in UBJ.";

    /// <inheritdoc/>
    protected override byte[] Encode(string json) => SmallModels.ToUbj(json);
}
