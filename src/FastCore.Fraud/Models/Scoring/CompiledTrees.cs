namespace FastCore.Fraud.Models.Scoring;

/// <summary>A model in the layouts of all paths that its shape allows; made once, shared by all scorers.</summary>
internal sealed class CompiledTrees
{
    public CompiledTrees(TreeModel model)
    {
        Scalar = new ScalarTrees(model);
        if (!ModelScorer.IsSupported(ScoringPath.Avx2) || !NodeProgram.Fits(model))
        {
            return;
        }

        CodePlan plan = new(model);
        Program = new NodeProgram(model, plan);
        Blocks = BlockTrees.Fits(model, plan) ? new BlockTrees(model, plan) : null;
    }

    /// <summary>Any model.</summary>
    public ScalarTrees Scalar { get; }

    /// <summary>Many rows; null when a tree has too many leaves.</summary>
    public NodeProgram? Program { get; }

    /// <summary>One row with AVX-512; null when a tree is too deep or the model asks for too much of a row.</summary>
    public BlockTrees? Blocks { get; }
}
