using Terra.Runtime.Autograd;
using Terra.Runtime.Core;

namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>What a function keeps from its forward pass for its backward pass.</summary>
        public class AutogradContext : IDisposable
        {
            private readonly Dictionary<string, object> _data = [];
            private List<Tensor> _toSave = [];
            private (TensorImpl? Tensor, int Version)[]? _saved = [];

            internal AutogradContext()
            {
            }

            /// <summary>Whether a result that nothing depends on has a gradient of zeros in backward, instead of null.</summary>
            public bool MaterializeGrads { get; private set; } = true;

            /// <summary>By identity: tensors are equal when their elements are.</summary>
            internal HashSet<Tensor> Dirty { get; private set; } = [];

            /// <inheritdoc cref="Dirty"/>
            internal HashSet<Tensor> NonDifferentiable { get; private set; } = [];

            /// <summary>Keeps arguments or results; to be called once, in forward.</summary>
            public void save_for_backward(List<Tensor> tensors) => _toSave = tensors;

            /// <summary>The tensors that forward kept.</summary>
            /// <exception cref="System.Runtime.InteropServices.ExternalException">One was written since, or backward has let go of them.</exception>
            public List<Tensor> get_saved_variables()
            {
                (TensorImpl? Tensor, int Version)[] saved = _saved ?? throw AutogradErrors.SavedTensorsReleased();
                return [.. saved.Select(static entry =>
                {
                    if (entry.Tensor is not { } tensor)
                    {
                        return null!;
                    }

                    return tensor.Storage.Version == entry.Version
                        ? new Tensor(tensor.Alias())
                        : throw AutogradErrors.SavedTensorModified(tensor, tensor.Storage.Version, entry.Version);
                })];
            }

            /// <summary>Keeps what is no tensor.</summary>
            public void save_data(string key, object value) => _data[key] = value;

            /// <summary>What was kept under a name; null if nothing was.</summary>
            public object get_data(string key) => _data.TryGetValue(key, out object? value) ? value : null!;

            /// <summary>Says which arguments forward writes in place; it returns them too.</summary>
            public void mark_dirty(List<Tensor> tensors) => Dirty = ByIdentity(tensors);

            /// <summary>Says which results have no gradient.</summary>
            public void mark_non_differentiable(List<Tensor> tensors) => NonDifferentiable = ByIdentity(tensors);

            /// <summary>Sets <see cref="MaterializeGrads"/>.</summary>
            public void set_materialize_grads(bool value) => MaterializeGrads = value;

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                if (disposing)
                {
                    Release();
                }
            }

            /// <summary>Keeps the tensors, once results have their place in the graph; a result by the handle it has there.</summary>
            internal void Save(List<Tensor> returned, List<Tensor> results)
            {
                _saved = [.. _toSave.Select(tensor =>
                {
                    if (tensor is null)
                    {
                        return default((TensorImpl?, int));
                    }

                    int result = returned.FindIndex(own => ReferenceEquals(own, tensor));
                    TensorImpl kept = (result < 0 ? tensor : results[result]).Impl.Alias();
                    return (kept, kept.Storage.Version);
                })];
                _toSave = [];
            }

            private static HashSet<Tensor> ByIdentity(List<Tensor> tensors) => new(tensors, ReferenceEqualityComparer.Instance);

            internal void Release()
            {
                foreach ((TensorImpl? tensor, _) in _saved ?? [])
                {
                    tensor?.Dispose();
                }

                _saved = null;
            }
        }
    }
}
