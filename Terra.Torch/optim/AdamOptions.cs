namespace TorchSharp.Modules;

/// <summary>The values of the options that Adam and AdamW share beside the learning rate. Null means the optimizer's own value.</summary>
internal readonly record struct AdamOptions(
    double? Beta1, double? Beta2, double? WeightDecay, double? Eps, bool? Amsgrad, bool? Maximize)
{
    /// <summary>These values, and others where they are not set.</summary>
    internal AdamOptions Or(AdamOptions defaults) =>
        new(
            Beta1 ?? defaults.Beta1,
            Beta2 ?? defaults.Beta2,
            WeightDecay ?? defaults.WeightDecay,
            Eps ?? defaults.Eps,
            Amsgrad ?? defaults.Amsgrad,
            Maximize ?? defaults.Maximize);
}
