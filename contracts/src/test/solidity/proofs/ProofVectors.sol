// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BlobProofs} from "../../../main/solidity/BlobProofs.sol";

/// Blobs and openings of them, made by vectors/blob-proof-vectors.mjs.
library ProofVectors {
    /// A full blob of payload.
    bytes internal constant DATA =
        hex"994d05200d4405517c63b42f17809832ad91b03976a792de1159e6bd4ac90f5cd1ef77a9a3f6689999d814ca8869d52f";
    /// Its first 381 bytes, and its last 127.
    bytes internal constant HEAD =
        hex"639fe25deb32f7978cd474275b96591bddbf594c6fb999c82539ccab09abc596cbfaaae2c35c0f16432c09f23b4a9432237927a59109a758eb2c9b678aacd049fd506beb1d5781c9377efc1e26ea6b8b3eb3695ce891e279013aeda79020d250596046b9d2bf8a77235c0e03781933e14fb6cf036d39e17b212f06b67f5efc1d54f342de4e8a2cc36002a9ceb57b0f70a653e7e98699aa5b00f161a2a3e04f9185eb2674a3b80f3bff5a79883fc028e8282b7a17054ee6010a2ff37a05407d0efd870112d6679947b997f08118097330d9fc791eb7a67fe0d74f84819ef3655df5d79e755e49868f24803fa90754533745f45cbc0f13dc71f93640f2f42a36805aaba6531d4bb205415d2f870078ff16dd3281ea4f67ae18cfec7e160a8a1703175fdb393ad71fb84d1b681507037cd819cdf14dd04d0ef2855bf53e5bfd559e6669b987fff5eb15d27a740111ce8d127c81e05fa15bfcbcc1072b051b0cc044ffe11de94cb0772e5d975a776a9f6f4b4f52bc2c354552faef35d16e67";
    bytes internal constant END =
        hex"5152501afd23d45865e74af7e7e57b6fe11bd744c76ef7f1d00ccb10b975c5746b90e5b345319c82c9da06417021eeeb7358cfc60c5e4d38c6a3442fa83c41b4c7cf0b218a86de77470411aae5c4e353e0c70b91cc00cfd56f4e9b75565cb1d1b8ab9feae9bdf05b2d49b968b2388c863cca3b3cd2dddf94d164676755ed95";

    /// Another one.
    bytes internal constant MANIFEST =
        hex"af8e9fa0674d10b04fe8712b372475092aac9830ecc1d309ee9401ddbd28091200329b5cd20f8ba601fe76a9b0d51cc9";
    /// Its element 5.
    uint256 internal constant MANIFEST_VALUE =
        0x3f443e33fba339cb2453c232c8dd929e2ae2657203aeb8b97afd90a997493ad1;
    bytes internal constant MANIFEST_PROOF =
        hex"ac2b9001e1467a54b0c7016cc104f91bfe2e310068a302e55e5dc99254d023fbb02d79502e486ccc28daea0e8869b6a0";

    /// A blob whose element 0 is the largest there is: no payload is packed so.
    bytes internal constant UNPACKED =
        hex"92d03110ddd85876be10407bde7bb7ae91e6258f63d43af377614b1673d02974ef8f5e943559b635cac65f28d082fe28";
    uint256 internal constant UNPACKED_VALUE =
        0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000000;
    bytes internal constant UNPACKED_PROOF =
        hex"844161cc66034d438ea5cf18eb19e9cb0c085e24bc0f2d99a58ada7bedcae58a159b2eab0c61564e1c7d8d5d307a24bb";

    /// Of DATA: elements 0 to 11 and 4092 to 4095.
    function opening(uint256 element) internal pure returns (BlobProofs.Opening memory) {
        if (element == 0) {
            return BlobProofs.Opening(
                0x1f639fe25deb32f7978cd474275b96591bddbf594c6fb999c82539ccab09abc5,
                hex"b53b1e0057556eb5f4bc68231e77b1207612445756fb99c38e7a143cc7d6d7f37da542f95b1eb5b63a11da4ef6250ed4"
            );
        }
        if (element == 1) {
            return BlobProofs.Opening(
                0x3596cbfaaae2c35c0f16432c09f23b4a9432237927a59109a758eb2c9b678aac,
                hex"af1c63d8f9d542a1e5405480e1d0e9b88e10ff5f9d77232c4e3aa8c5fa86dc64ac46ac42c870258e89165bfe4d7a0e44"
            );
        }
        if (element == 2) {
            return BlobProofs.Opening(
                0x3bd049fd506beb1d5781c9377efc1e26ea6b8b3eb3695ce891e279013aeda790,
                hex"a0f31283503222f0734d5440180af31b0cbb4fe7b7b60700588e21ebb2a763105d027edf4e897d91d272236e88f22d20"
            );
        }
        if (element == 3) {
            return BlobProofs.Opening(
                0x3c20d250596046b9d2bf8a77235c0e03781933e14fb6cf036d39e17b212f06b6,
                hex"af14020b6a52b03f71669e5bb2543f95eeb9830ad09876f0da254a410175c91976bbe3b244f41c0c72938eea272d31b0"
            );
        }
        if (element == 4) {
            return BlobProofs.Opening(
                0x3c1d54f342de4e8a2cc36002a9ceb57b0f70a653e7e98699aa5b00f161a2a3e0,
                hex"8a066a7dcf92ba495e380293c3b833e9e9b60026f5bc39241e8c1f29fabb21493e099bb9d800aae1851d571ac2e2a47c"
            );
        }
        if (element == 5) {
            return BlobProofs.Opening(
                0x2f4f9185eb2674a3b80f3bff5a79883fc028e8282b7a17054ee6010a2ff37a05,
                hex"b7b54bce7a92b25c6f521b0ef8be4c8e5be7f2023512ce812fb2ef99112d2420631b6bdea4fbf4cd1ab4a5bd5b9c090d"
            );
        }
        if (element == 6) {
            return BlobProofs.Opening(
                0x10407d0efd870112d6679947b997f08118097330d9fc791eb7a67fe0d74f8481,
                hex"9820bcfdefa1012a48fb51dde2c6caa0600f90c2dfe50292fbc0073c858911261b9aa457013eb8204489b6f8676e4976"
            );
        }
        if (element == 7) {
            return BlobProofs.Opening(
                0x2a9ef3655df5d79e755e49868f24803fa90754533745f45cbc0f13dc71f93640,
                hex"823e2a2e53f25fc7a1a859a63b2315acdc0b82669aa87de8ebb28e9387fb009adb206f036947bef9f965d80165519255"
            );
        }
        if (element == 8) {
            return BlobProofs.Opening(
                0x3436805aaba6531d4bb205415d2f870078ff16dd3281ea4f67ae18cfec7e160a,
                hex"a87e105636a088dd5a02a9d4b80e2a66368e1765f88c9e495b724841a8770dea74c12de4db0001963baec1ac406f6c62"
            );
        }
        if (element == 9) {
            return BlobProofs.Opening(
                0x168a1703175fdb393ad71fb84d1b681507037cd819cdf14dd04d0ef2855bf53e,
                hex"8ecd69fb1d274ac4e689994ffee05f548a56bf30a68a93a3681796a1d9486b2cd66a836d4301aa52f2cef8abd86aa373"
            );
        }
        if (element == 10) {
            return BlobProofs.Opening(
                0x395bfd559e6669b987fff5eb15d27a740111ce8d127c81e05fa15bfcbcc1072b,
                hex"86ac8709ff7890962bdfd386b9ef75e127dcd2ac12393d4ece29b9aaa6df3198f10285de9a3fa4f482897d1966112ac0"
            );
        }
        if (element == 11) {
            return BlobProofs.Opening(
                0x27051b0cc044ffe11de94cb0772e5d975a776a9f6f4b4f52bc2c354552faef35,
                hex"b1eb162b904cb219ce720fb99a678f4d42ade02fb5bddb5f944cb0a122b49c62a8a956a4225cdd3e136cf82418bc2122"
            );
        }
        if (element == 4092) {
            return BlobProofs.Opening(
                0x155152501afd23d45865e74af7e7e57b6fe11bd744c76ef7f1d00ccb10b975c5,
                hex"8ef85d853e16a6c3d7aff48206466f18ead319474028cdcff0a3c9d9001c893d089d96a41c2dfad9955bd7f221fc5532"
            );
        }
        if (element == 4093) {
            return BlobProofs.Opening(
                0x1e746b90e5b345319c82c9da06417021eeeb7358cfc60c5e4d38c6a3442fa83c,
                hex"8a37cfe81500847d5d1c64fa10beca0549f6adb39f2feb5dac3517031c56c3d77c5642658e132c69056e589f507d7e2c"
            );
        }
        if (element == 4094) {
            return BlobProofs.Opening(
                0x3641b4c7cf0b218a86de77470411aae5c4e353e0c70b91cc00cfd56f4e9b7556,
                hex"aff34c63be3c927e58eb73d7395accc0f22f3b6fdffa23f45a94eba89713c2e6b81cb82a4eed58e6bd24a67310c7ed27"
            );
        }
        if (element == 4095) {
            return BlobProofs.Opening(
                0x155cb1d1b8ab9feae9bdf05b2d49b968b2388c863cca3b3cd2dddf94d1646767,
                hex"86ebe7a17d5bcfb983c496d5f71315401b5b56dce81ab23b5a57cf22b85d427dcab7ff39a3025d1c1de26dcc738d76d6"
            );
        }
        revert("no vector of this element");
    }
}
