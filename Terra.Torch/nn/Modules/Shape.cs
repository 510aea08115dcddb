using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Makes one dimension of the dimensions from start_dim to end_dim.</summary>
    public sealed class Flatten : ParameterLessModule<Tensor, Tensor>
    {
        internal Flatten(long startDim, long endDim)
            : base(nameof(Flatten))
        {
            start_dim = startDim;
            end_dim = endDim;
        }

        public long start_dim { get; set; }

        public long end_dim { get; set; }

        public override Tensor forward(Tensor input) => input.flatten(start_dim, end_dim);
    }

    /// <summary>Makes several dimensions of one.</summary>
    public sealed class Unflatten : ParameterLessModule<Tensor, Tensor>
    {
        internal Unflatten(long dim, long[] unflattenedSize)
            : base(nameof(Unflatten))
        {
            this.dim = dim;
            unflattened_size = unflattenedSize;
        }

        public long dim { get; set; }

        public long[] unflattened_size { get; set; }

        public override Tensor forward(Tensor tensor)
        {
            long[] shape = tensor.shape;
            int at = (int)(dim < 0 ? dim + shape.Length : dim);
            return tensor.view([.. shape[..at], .. unflattened_size, .. shape[(at + 1)..]]);
        }
    }

    /// <summary>Returns its input.</summary>
    public sealed class Identity : ParameterLessModule<Tensor, Tensor>
    {
        internal Identity()
            : base(nameof(Identity))
        {
        }

        public override Tensor forward(Tensor tensor) => tensor.SameTensor();
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <inheritdoc cref="Modules.Flatten"/>
            public static Flatten Flatten(long start_dim = 1, long end_dim = -1) => new(start_dim, end_dim);

            /// <inheritdoc cref="Modules.Unflatten"/>
            public static Unflatten Unflatten(long dim, long[] unflattened_size) => new(dim, unflattened_size);

            /// <inheritdoc cref="Modules.Identity"/>
            public static Identity Identity() => new();
        }
    }
}
