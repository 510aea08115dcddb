using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>Tensors of the same first size n as a dataset of n items: item i has each tensor's part i along the first dimension.</summary>
    public class TensorDataset : utils.data.IterableDataset
    {
        private readonly Tensor[] _tensors;

        /// <exception cref="ArgumentException">No tensors, or their first sizes differ.</exception>
        internal TensorDataset(Tensor[] tensors)
        {
            if (tensors.Length == 0)
            {
                throw new ArgumentException("a TensorDataset needs at least one tensor", nameof(tensors));
            }

            long count = tensors[0].shape[0];
            if (Array.Exists(tensors, tensor => tensor.shape[0] != count))
            {
                throw new ArgumentException("All tensors must have the same first dimension size.", nameof(tensors));
            }

            // Handles of the dataset's own: it may be disposed, and then the caller's tensors stay.
            _tensors = Array.ConvertAll(tensors, tensor => tensor.SameTensor().DetachFromDisposeScope());
        }

        public override long Count => _tensors[0].shape[0];

        /// <summary>The parts at a position, which are views.</summary>
        public IList<Tensor> this[long index] => Array.ConvertAll(_tensors, tensor => tensor.select(0, index));

        public override IList<Tensor> GetTensor(long index) => this[index];

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                foreach (Tensor tensor in _tensors)
                {
                    tensor.Dispose();
                }
            }

            base.Dispose(disposing);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class utils
        {
            public static partial class data
            {
                /// <inheritdoc cref="Modules.TensorDataset"/>
                public static TensorDataset TensorDataset(params Tensor[] tensors) => new(tensors);
            }
        }
    }
}
