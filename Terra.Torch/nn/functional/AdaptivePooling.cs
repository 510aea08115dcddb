using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>Mean over as many windows as give an output of <paramref name="output_size"/>; 0 keeps the input's size.</summary>
            public static Tensor adaptive_avg_pool2d(Tensor input, long[] output_size)
            {
                if (input.Impl.Rank == 3)
                {
                    using Tensor batch = input.unsqueeze(0);
                    using Tensor result = adaptive_avg_pool2d(batch, output_size);
                    return result.squeeze(0);
                }

                return new Tensor(Aten._adaptive_avg_pool2d(input.Impl, Pair(output_size, 1)));
            }

            /// <inheritdoc cref="adaptive_avg_pool2d(Tensor, long[])"/>
            public static Tensor adaptive_avg_pool2d(Tensor input, (long, long) output_size) =>
                adaptive_avg_pool2d(input, [output_size.Item1, output_size.Item2]);

            /// <inheritdoc cref="adaptive_avg_pool2d(Tensor, long[])"/>
            public static Tensor adaptive_avg_pool2d(Tensor input, long output_size) =>
                adaptive_avg_pool2d(input, [output_size, output_size]);
        }
    }
}
