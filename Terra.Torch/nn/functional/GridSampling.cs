namespace TorchSharp;

public static partial class torch
{
    /// <summary>How <see cref="nn.functional.grid_sample"/> finds an element between others.</summary>
    public enum GridSampleMode
    {
        Nearest = 0,

        /// <summary>Linear along each dimension.</summary>
        Bilinear = 2,
    }

    /// <summary>What <see cref="nn.functional.grid_sample"/> takes for elements outside of the input.</summary>
    public enum GridSamplePaddingMode
    {
        Zeros = 0,

        /// <summary>The elements mirrored at the border.</summary>
        Reflection = 1,

        /// <summary>The nearest element of the border.</summary>
        Border = 2,
    }

    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>Reads an input at positions of a grid (Jaderberg et al., "Spatial transformer networks", 2015); differentiable in both.</summary>
            /// <param name="input">(N, C, H, W) or (N, C, D, H, W).</param>
            /// <param name="grid">(N, H_out, W_out, 2) or (N, D_out, H_out, W_out, 3): positions in [-1, 1], those along the last dimension of the input first.</param>
            /// <param name="mode">How elements between others are found.</param>
            /// <param name="padding_mode">What is outside of the input.</param>
            /// <param name="align_corners">Whether -1 and 1 are the middles of the outermost elements, not their edges.</param>
            /// <returns>(N, C, H_out, W_out) or (N, C, D_out, H_out, W_out).</returns>
            /// <exception cref="ArgumentException">The sizes do not fit.</exception>
            public static Tensor grid_sample(
                Tensor input,
                Tensor grid,
                GridSampleMode mode = GridSampleMode.Bilinear,
                GridSamplePaddingMode padding_mode = GridSamplePaddingMode.Zeros,
                bool? align_corners = null)
            {
                int dimensions = (int)input.dim() - 2;
                if (dimensions is not (2 or 3) || grid.dim() != input.dim() || grid.shape[^1] != dimensions || grid.shape[0] != input.shape[0])
                {
                    throw new ArgumentException(
                        $"grid_sample: expected an input (N, C, H, W) and a grid (N, H_out, W_out, 2), or with one dimension more, got [{string.Join(", ", input.shape)}] and [{string.Join(", ", grid.shape)}]",
                        nameof(grid));
                }

                using DisposeScope scope = NewDisposeScope();
                long batch = input.shape[0], channels = input.shape[1];
                Tensor flat = input.reshape(batch, channels, -1), positions = grid.reshape(batch, -1, dimensions);
                var lower = new Tensor[dimensions];
                var upperShare = new Tensor[dimensions];
                for (int d = 0; d < dimensions; d++)
                {
                    long size = input.shape[2 + d];
                    Tensor at = Inside(Unnormalized(positions.select(-1, dimensions - 1 - d), size, align_corners == true), size, padding_mode, align_corners == true);
                    lower[d] = mode == GridSampleMode.Nearest ? at.detach().round() : at.detach().floor();
                    upperShare[d] = at - lower[d];
                }

                Tensor? sum = null;
                for (int corner = 0; corner < (mode == GridSampleMode.Nearest ? 1 : 1 << dimensions); corner++)
                {
                    Tensor value = Corner(flat, input.shape[2..], lower, upperShare, corner, mode);
                    sum = sum is null ? value : sum + value;
                }

                return sum!.view([batch, channels, .. grid.shape[1..^1]]).MoveToOuterDisposeScope();
            }

            /// <summary>The grid of positions that affine maps give for <see cref="grid_sample"/>.</summary>
            /// <param name="theta">(N, 2, 3), or (N, 3, 4) in three dimensions: the maps from output to input positions.</param>
            /// <param name="size">The output's sizes (N, C, H, W) or (N, C, D, H, W).</param>
            /// <param name="align_corners">Whether -1 and 1 are the middles of the outermost elements, not their edges.</param>
            /// <exception cref="ArgumentException">The sizes do not fit.</exception>
            public static Tensor affine_grid(Tensor theta, long[]? size = null, bool align_corners = false)
            {
                int dimensions = (size?.Length ?? 0) - 2;
                if (dimensions is not (2 or 3) || theta.dim() != 3 || theta.shape[0] != size![0] || theta.shape[1] != dimensions || theta.shape[2] != dimensions + 1)
                {
                    throw new ArgumentException(
                        $"affine_grid: expected maps (N, 2, 3) and sizes (N, C, H, W), or (N, 3, 4) and (N, C, D, H, W), got [{string.Join(", ", theta.shape)}] and [{string.Join(", ", size ?? [])}]",
                        nameof(theta));
                }

                using DisposeScope scope = NewDisposeScope();
                var axes = new Tensor[dimensions + 1];
                for (int d = 0; d < dimensions; d++)
                {
                    long count = size[2 + d];
                    double end = align_corners ? 1 : (count - 1.0) / count;
                    Tensor axis = count == 1 ? zeros(1, theta.dtype) : linspace(-end, end, count, theta.dtype);
                    long[] shape = [.. Enumerable.Repeat(1L, dimensions)];
                    shape[d] = count;
                    axes[dimensions - 1 - d] = axis.view(shape).expand(size[2..]);
                }

                axes[dimensions] = ones_like(axes[0]);
                Tensor positions = stack(axes, -1).view(1, -1, dimensions + 1).expand(size[0], -1, -1);
                return positions.bmm(theta.transpose(1, 2)).view([size[0], .. size[2..], dimensions]).MoveToOuterDisposeScope();
            }

            private static Tensor Unnormalized(Tensor position, long size, bool alignCorners) =>
                alignCorners ? (position + 1) * ((size - 1) / 2.0) : (((position + 1) * size) - 1) / 2;

            private static Tensor Inside(Tensor at, long size, GridSamplePaddingMode padding, bool alignCorners)
            {
                if (padding == GridSamplePaddingMode.Reflection)
                {
                    double low = alignCorners ? 0 : -0.5, span = alignCorners ? size - 1 : size;
                    if (span == 0)
                    {
                        return at * 0;
                    }

                    Tensor distance = (at - low).abs(), turns = (distance.detach() / span).floor(), rest = distance - (turns * span);
                    at = where(turns.remainder(2) == 0, rest, span - rest) + low;
                }

                return padding == GridSamplePaddingMode.Zeros ? at : at.clamp(0, size - 1);
            }

            /// <summary>The elements at one of the corners round the positions times their shares; bit d of the corner says that it is the upper one along d.</summary>
            private static Tensor Corner(Tensor flat, long[] sizes, Tensor[] lower, Tensor[] upperShare, int corner, GridSampleMode mode)
            {
                Tensor? index = null, share = null, inside = null;
                for (int d = 0; d < sizes.Length; d++)
                {
                    bool upper = (corner >> d & 1) != 0;
                    Tensor at = upper ? lower[d] + 1 : lower[d];
                    Tensor holds = at.ge(0).logical_and(at.le(sizes[d] - 1)), place = at.clamp(0, sizes[d] - 1).to(ScalarType.Int64);
                    index = index is null ? place : (index * sizes[d]) + place;
                    inside = inside is null ? holds : inside.logical_and(holds);
                    if (mode != GridSampleMode.Nearest)
                    {
                        Tensor part = upper ? upperShare[d] : 1 - upperShare[d];
                        share = share is null ? part : share * part;
                    }
                }

                Tensor weight = share is null ? inside!.to(flat.dtype) : share * inside!.to(flat.dtype);
                return flat.gather(2, index!.unsqueeze(1).expand(-1, flat.shape[1], -1)) * weight.unsqueeze(1);
            }
        }
    }
}
