using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>The χ² distribution: the gamma distribution of half the degrees of freedom and rate ½.</summary>
    public class Chi2 : Gamma
    {
        /// <param name="df">The degrees of freedom.</param>
        /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
        public Chi2(Tensor df, Generator? generator = null)
            : base(generator)
        {
            using DisposeScope scope = NewDisposeScope();
            Init(KeepBroadcast(df / 2, full([], 0.5, df.dtype)));
        }

        private Chi2(Generator? generator)
            : base(generator)
        {
        }

        /// <summary>The degrees of freedom.</summary>
        public Tensor df => Parameters[0] * 2;

        public override distributions.Distribution expand(Size batch_shape, distributions.Distribution? instance = null)
        {
            Chi2 expanded = Target(instance, () => new Chi2(Source));
            expanded.Init(expanded.KeepExpanded(batch_shape, Parameters));
            return expanded;
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class distributions
        {
            /// <summary>The χ² distribution.</summary>
            /// <param name="df">The degrees of freedom.</param>
            /// <param name="generator">Where draws take their random numbers; null for the default generator.</param>
            public static Chi2 Chi2(Tensor df, Generator? generator = null) => new(df, generator);
        }
    }
}
