// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ModelReferences} from "../../../main/solidity/ModelReferences.sol";
import {vm} from "../Vm.sol";

/// The EIP-712 hash of a move, written a second time.
library SignedMoves {
    function signedWith(
        ModelReferences.BranchMove memory move,
        uint256 key,
        ModelReferences references
    ) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest(move, references));
        return abi.encodePacked(r, s, v);
    }

    function digest(ModelReferences.BranchMove memory move, ModelReferences references)
        internal
        view
        returns (bytes32)
    {
        bytes32 typeHash = keccak256(
            "BranchMove(address by,uint256 modelId,string name,bytes32 from,bytes32 to,uint256 moves,uint256 deadline)"
        );
        bytes32 message = keccak256(
            bytes.concat(
                typeHash,
                bytes32(uint256(uint160(move.by))),
                bytes32(move.modelId),
                keccak256(bytes(move.name)),
                move.from,
                move.to,
                bytes32(move.moves),
                bytes32(move.deadline)
            )
        );
        bytes32 domain = keccak256(
            bytes.concat(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("Luntra references"),
                keccak256("1"),
                bytes32(block.chainid),
                bytes32(uint256(uint160(address(references))))
            )
        );
        return keccak256(bytes.concat(hex"1901", domain, message));
    }
}
